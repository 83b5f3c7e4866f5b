//! Every name and event that operators may rely on.
//!
//! No event at any level holds a token, key material, or any claim value but the subject and
//! client of a verified token, so logs are safe to archive.

mod caller;
mod metric;
mod span;

use std::{borrow::Cow, fmt::Display, time::Duration};

use http::StatusCode;

pub(crate) use self::caller::Caller;
#[cfg(feature = "metrics")]
#[cfg_attr(docsrs, doc(cfg(feature = "metrics")))]
pub use self::metric::describe_metrics;
pub use self::{
    metric::{KEY_FETCHES, KEY_SET_AGE, TOKEN_CACHE, VERDICTS},
    span::{SPAN_CLIENT_ID, SPAN_OUTCOME, SPAN_SUBJECT},
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

/// A refused request, as events, spans and metrics show it.
pub(crate) struct Refused<'a> {
    pub(crate) code: &'static str,
    pub(crate) reason: &'a dyn Display,
    pub(crate) status: StatusCode,
    pub(crate) key_id: Option<&'a str>,
    pub(crate) caller: Option<Caller<'a>>,
}

#[inline]
pub(crate) fn granted<'a>(caller: impl FnOnce() -> Caller<'a>) {
    metric::granted();
    span::record("granted", || Some(caller()));
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
pub(crate) fn refused(refused: &Refused<'_>) {
    let Refused { code, caller, .. } = *refused;
    metric::refused(code);
    span::record(code, || caller);
    if !tracing::enabled!(target: TARGET, tracing::Level::DEBUG) {
        return;
    }
    tracing::debug!(
        target: TARGET,
        code,
        reason = %refused.reason,
        status = refused.status.as_u16(),
        kid = refused.key_id.map(printable).as_deref(),
        subject = caller.map(|caller| caller.subject),
        client_id = caller.map(|caller| caller.client_id),
        help = %format_args!("{TROUBLESHOOTING}#{code}"),
        "request refused"
    );
}

/// Our own fault: at `error`, once for each.
pub(crate) fn misconfigured(refused: &Refused<'_>) {
    let code = refused.code;
    metric::refused(code);
    span::record(code, || None);
    tracing::error!(
        target: TARGET,
        code,
        reason = %refused.reason,
        status = refused.status.as_u16(),
        help = %format_args!("{TROUBLESHOOTING}#{code}"),
        "request refused"
    );
}

pub(crate) fn discovery_unreachable(error: &dyn Display) {
    tracing::warn!(
        target: TARGET,
        reason = %error,
        "the keys are fetched, but the discovery document is not; settings not compared"
    );
}

pub(crate) fn keys_not_fetched(error: &dyn Display) {
    tracing::warn!(target: TARGET, reason = %error, "can't fetch the key set; retrying with backoff");
}

pub(crate) fn keys_recovered() {
    tracing::info!(target: TARGET, "the key set is fetched again");
}

pub(crate) fn key_skipped(key_id: &str, reason: &dyn Display) {
    let kid = printable(key_id);
    tracing::warn!(target: TARGET, %kid, %reason, "a key of the key set is not used");
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
