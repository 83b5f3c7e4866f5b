//! Every name and event that operators may rely on.
//!
//! No event at any level holds a token, key material, or any claim value but the subject and
//! client of a verified token, so logs are safe to archive.

mod metric;
mod span;

use std::{
    borrow::Cow,
    sync::atomic::{AtomicBool, Ordering},
    time::Duration,
};

#[cfg(feature = "metrics")]
#[cfg_attr(docsrs, doc(cfg(feature = "metrics")))]
pub use self::metric::describe_metrics;
pub use self::{
    metric::{KEY_FETCHES, KEY_SET_AGE, TOKEN_CACHE, VERDICTS},
    span::{SPAN_CLIENT_ID, SPAN_OUTCOME, SPAN_SUBJECT},
};
use crate::{
    Rejection,
    jwks::{FetchError, KeyError},
    misconfiguration::Misconfiguration,
    rejection::Cause,
    verify::{Verified, VerifyError},
};

/// The `tracing` target of every event of this crate.
pub const TARGET: &str = "logto";

/// The page that explains every code.
const TROUBLESHOOTING: &str = concat!(
    env!("CARGO_PKG_REPOSITORY"),
    "/blob/main/docs/troubleshooting.md"
);

/// The longest `kid` in a log line, in characters.
const LONGEST_KEY_ID: usize = 64;

pub(crate) fn granted(verified: &Verified) {
    metric::granted();
    span::record("granted", Some(verified));
}

pub(crate) fn looked_up(hit: bool) {
    metric::looked_up(hit);
}

pub(crate) fn fetched(succeeded: bool) {
    metric::fetched(succeeded);
    if succeeded {
        metric::key_set_age(Duration::ZERO);
    }
}

pub(crate) fn key_set_age(age: Duration) {
    metric::key_set_age(age);
}

/// A refused request: one event, at `debug`, since callers cause it.
pub(crate) fn refused(rejection: &Rejection, verified: Option<&Verified>) {
    metric::refused(rejection.code());
    span::record(rejection.code(), verified);
    if !tracing::enabled!(target: TARGET, tracing::Level::DEBUG) {
        return;
    }
    let cause = rejection.cause();
    tracing::debug!(
        target: TARGET,
        code = rejection.code(),
        reason = %cause,
        status = rejection.status().as_u16(),
        kid = key_id(cause).map(printable).as_deref(),
        subject = verified.map(Verified::subject),
        client_id = verified.map(Verified::client_id),
        help = %format_args!("{TROUBLESHOOTING}#{}", rejection.code()),
        "request refused"
    );
}

/// Our own fault: at `error`, once for each.
pub(crate) fn misconfigured(rejection: &Rejection, fault: &Misconfiguration) {
    let code = rejection.code();
    metric::refused(code);
    span::record(code, None);
    tracing::error!(
        target: TARGET,
        code,
        reason = %fault,
        status = rejection.status().as_u16(),
        help = %format_args!("{TROUBLESHOOTING}#{code}"),
        "request refused"
    );
}

/// The fault of a guard that finds no Logto, which could remember that it has told.
pub(crate) fn without_logto(rejection: &Rejection) {
    static TOLD: AtomicBool = AtomicBool::new(false);
    match rejection.misconfiguration() {
        Some(fault) if !TOLD.swap(true, Ordering::Relaxed) => misconfigured(rejection, fault),
        _ => refused(rejection, None),
    }
}

pub(crate) fn discovery_unreachable(error: &FetchError) {
    tracing::warn!(
        target: TARGET,
        reason = %error,
        "the keys are fetched, but the discovery document is not; settings not compared"
    );
}

pub(crate) fn keys_not_fetched(error: &FetchError) {
    tracing::warn!(target: TARGET, reason = %error, "can't fetch the key set; retrying with backoff");
}

pub(crate) fn keys_recovered() {
    tracing::info!(target: TARGET, "the key set is fetched again");
}

pub(crate) fn key_skipped(key_id: &str, reason: KeyError) {
    let kid = printable(key_id);
    tracing::warn!(target: TARGET, %kid, %reason, "a key of the key set is not used");
}

fn key_id(cause: &Cause) -> Option<&str> {
    match cause {
        Cause::Verify(
            VerifyError::UnknownKey { key_id }
            | VerifyError::AlgorithmOfAnotherKey { key_id }
            | VerifyError::Signature { key_id },
        ) => Some(key_id),
        _ => None,
    }
}

/// A stranger's text, fit for a log line: escaped, and cut.
pub(crate) fn printable(text: &str) -> Cow<'_, str> {
    let plain = |c: char| c.is_ascii_graphic() || c == ' ';
    if text.len() <= LONGEST_KEY_ID && text.chars().all(plain) {
        return Cow::Borrowed(text);
    }
    let escaped = text.chars().flat_map(char::escape_default);
    Cow::Owned(escaped.take(LONGEST_KEY_ID).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_stranger_sends_is_escaped_and_cut() {
        for (text, expected) in [
            ("Ti6WXt_d5Dv", "Ti6WXt_d5Dv"),
            ("a\nlevel=ERROR", "a\\nlevel=ERROR"),
            ("é\u{202e}", "\\u{e9}\\u{202e}"),
        ] {
            assert_eq!(printable(text), expected);
        }
        assert_eq!(printable(&"k".repeat(10_000)).len(), LONGEST_KEY_ID);
        assert_eq!(printable(&"\0".repeat(10_000)).len(), LONGEST_KEY_ID);
    }
}
