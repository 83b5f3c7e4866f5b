//! Aborts the tests as soon as any crate logs a JWT or a recognisable part of a JWT, at any level.
//!
//! The `tracing` subscriber is installed before the first test and sees every thread. If it finds a token, it
//! ends the whole process, because a test could overlook a panic in another thread.

use std::{
    env,
    fmt::{self, Debug, Write as _},
    process::{self, Command},
};

use tracing::{
    Event, Metadata, Subscriber,
    field::{Field, Visit},
    span::{Attributes, Id, Record},
};
use tracing_subscriber::{
    Layer,
    layer::{Context, SubscriberExt},
    registry::LookupSpan,
    util::SubscriberInitExt,
};

use crate::events;

/// The greatest allowed length of a word in the log. A longer word can be a signature: the shortest ones
/// (P-256 and Ed25519) have 86 characters. A logged `kid` is cut to 64 characters, so it is not too long.
const LONGEST_WORD: usize = 64;

/// Headers and claims in base64url begin with this text. It encodes `{"` and a part of the next letter.
const JSON: &str = "eyJ";

#[ctor::ctor(unsafe)]
fn listen() {
    tracing_subscriber::registry()
        .with(events::per_thread())
        .with(Alarm)
        .init();
}

struct Alarm;

impl<S> Layer<S> for Alarm
where
    S: Subscriber + for<'a> LookupSpan<'a>,
{
    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        search(event.metadata(), |line| event.record(line));
    }

    fn on_new_span(&self, span: &Attributes<'_>, _: &Id, _: Context<'_, S>) {
        search(span.metadata(), |line| span.record(line));
    }

    fn on_record(&self, id: &Id, values: &Record<'_>, context: Context<'_, S>) {
        if let Some(metadata) = context.metadata(id) {
            search(metadata, |line| values.record(line));
        }
    }
}

fn search(metadata: &Metadata<'_>, record: impl FnOnce(&mut Line)) {
    let mut line = Line(String::new());
    record(&mut line);
    if has_token(&line.0) {
        eprintln!("A TOKEN IS IN THE LOG of {metadata:?}: {}", line.0);
        process::abort();
    }
}

/// Returns whether a word of the text can be a part of a token. Such a word has more than [`LONGEST_WORD`]
/// characters, or it begins with [`JSON`] and has more than 8 characters.
fn has_token(text: &str) -> bool {
    let of_base64url =
        |character: char| character.is_ascii_alphanumeric() || "-_".contains(character);
    text.split(|character| !of_base64url(character))
        .any(|word| word.len() > LONGEST_WORD || (word.starts_with(JSON) && word.len() > 8))
}

struct Line(String);

impl Visit for Line {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        write!(self.0, " {field}={value:?}").unwrap_or_else(|fmt::Error| process::abort());
    }
}

#[test]
fn parts_of_tokens_are_recognised() {
    let header = "eyJhbGciOiJFUzM4NCIsInR5cCI6ImF0K2p3dCJ9";
    for token in [header, &format!("kid={header}."), &"s".repeat(86)] {
        assert!(has_token(token), "{token}");
    }
    for harmless in [
        "",
        "eyJ",
        "request refused",
        &"k".repeat(64),
        "https://api.example.com/a/b",
    ] {
        assert!(!has_token(harmless), "{harmless}");
    }
}

const CHILD: &str = "LOGTO_TESTS_LOG_A_TOKEN";

/// The test runs itself in a child process, and logs a token there.
#[test]
fn a_token_in_the_log_aborts_the_tests() {
    if env::var_os(CHILD).is_some() {
        let token = "eyJhbGciOiJFUzM4NCJ9.eyJzdWIiOiJhIn0.c2ln";
        std::thread::spawn(move || tracing::trace!(target: "any", "got {token}"))
            .join()
            .unwrap();
        return;
    }
    let name = "alarm::a_token_in_the_log_aborts_the_tests";
    let output = Command::new(env::current_exe().unwrap())
        .args(["--exact", name, "--nocapture"])
        .env(CHILD, "1")
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(
        !output.status.success() && said.contains("A TOKEN IS IN THE LOG"),
        "{said}"
    );
}
