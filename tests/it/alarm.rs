//! Aborts the tests as soon as any crate logs a JWT or a recognisable part of a JWT, at any level.
//!
//! The `tracing` subscriber is installed before the first test and sees every thread. If it finds a token, it
//! ends the whole process, because a test could overlook a panic in another thread.

use std::{
    env,
    fmt::{self, Debug, Write as _},
    io::{self, Write as _},
    process::{self, Command},
};

use base64::{
    Engine,
    alphabet::URL_SAFE,
    engine::{GeneralPurpose, GeneralPurposeConfig, general_purpose::NO_PAD},
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

use crate::{corpora::base64url, events};

/// The greatest allowed length of a word in the log. A longer word can be a signature: the shortest ones
/// (P-256 and Ed25519) have 86 characters. A logged `kid` is cut to 64 characters, so it is not too long.
const LONGEST_WORD: usize = 64;

/// Headers and claims begin with this text.
const JSON: &[u8] = b"{\"";

/// Reads the beginning of a text, too, whose last letter has unused bits.
const BEGINNING: GeneralPurpose = GeneralPurpose::new(&URL_SAFE, CUT_OFF);
const CUT_OFF: GeneralPurposeConfig = NO_PAD.with_decode_allow_trailing_bits(true);

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
        // The harness would keep a line of `eprintln!`, and an abort would lose it.
        let line = line.0;
        let _ = writeln!(
            io::stderr(),
            "A TOKEN IS IN THE LOG of {metadata:?}: {line}"
        );
        process::abort();
    }
}

/// Returns whether a word of the text can be a part of a token. Such a word has more than [`LONGEST_WORD`]
/// characters, or it has more than 8 characters and encodes the beginning of a header or of claims.
fn has_token(text: &str) -> bool {
    let of_base64url =
        |character: char| character.is_ascii_alphanumeric() || "-_".contains(character);
    text.split(|character| !of_base64url(character))
        .any(|word| word.len() > LONGEST_WORD || (word.len() > 8 && begins_json(word)))
}

/// Returns whether the first letters of the word encode text that begins with [`JSON`]. A random `kid` can
/// begin with the same letters as a token, but the letters after them hardly ever encode text.
fn begins_json(word: &str) -> bool {
    let word = &word[..word.len().min(12)];
    // One letter after the last complete group of four holds less than a byte.
    let length = word.len() - usize::from(word.len() % 4 == 1);
    let Ok(bytes) = BEGINNING.decode(&word[..length]) else {
        return false;
    };
    let text = match str::from_utf8(&bytes) {
        Ok(_) => &*bytes,
        // Only the last character is cut off.
        Err(error) if error.error_len().is_none() => &bytes[..error.valid_up_to()],
        Err(_) => return false,
    };
    let is_control = |byte: &u8| byte.is_ascii_control() && !byte.is_ascii_whitespace();
    text.starts_with(JSON) && !text.iter().any(is_control)
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

/// A log line can show the beginning of a token only. Claims can hold letters outside ASCII.
#[test]
fn a_header_and_claims_are_recognised_wherever_they_are_cut_off() {
    for json in [
        r#"{"alg":"ES384","typ":"at+jwt","kid":"a key"}"#,
        r#"{"sub":"alice","name":"Zoë 李","aud":["https://api.example.com"]}"#,
        r#"{"0":1,"iat":1700000000}"#,
    ] {
        let part = base64url(json);
        for length in 9..=part.len() {
            let cut = &part[..length];
            assert!(has_token(cut), "{json}, {length} characters: {cut}");
        }
    }
}

/// Other letters can follow the beginning of a token directly.
#[test]
fn the_beginning_of_a_token_is_recognised_whatever_follows() {
    let header = base64url(r#"{"alg":"ES384","typ":"at+jwt"}"#);
    for end in ["", "-", "_cut", "-_-_-_-_", "__________"] {
        for length in 12..header.len() {
            let word = format!("{}{end}", &header[..length]);
            assert!(has_token(&word), "{word}");
        }
    }
}

/// A `kid` is the hash of a key, so it can begin with any letters.
#[test]
fn a_random_word_is_harmless_even_if_it_begins_like_a_token() {
    for rest in 128..=255 {
        let word = base64url([b"{\"a\xff".as_slice(), &[rest; 28]].concat());
        assert!(word.starts_with("eyJ"), "{word}");
        assert!(!has_token(&word), "{word}");
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
    // Without `--nocapture`, the harness keeps what `eprintln!` prints, and an abort loses it.
    for options in [&["--nocapture"][..], &[]] {
        let output = Command::new(env::current_exe().unwrap())
            .args(["--exact", name])
            .args(options)
            .env(CHILD, "1")
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(
            !output.status.success() && said.contains("A TOKEN IS IN THE LOG"),
            "{options:?}: {said}"
        );
    }
}
