//! The target of events, and [`printable`], which makes text from clients safe to log.

use std::borrow::Cow;

/// The `tracing` target of all events of this crate.
pub const TARGET: &str = "logto";

/// The maximum length of text from a client in an event, in characters.
const LONGEST: usize = 64;

/// Makes text from a client safe to log: escapes it, and cuts it to [`LONGEST`] characters.
pub(crate) fn printable(text: &str) -> Cow<'_, str> {
    let plain = |c: char| c.is_ascii_graphic() || c == ' ';
    if text.len() <= LONGEST && text.chars().all(plain) {
        return Cow::Borrowed(text);
    }
    let escaped = text.chars().flat_map(char::escape_default);
    Cow::Owned(escaped.take(LONGEST).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_from_a_client_is_escaped_and_cut() {
        for (text, expected) in [
            ("Ti6WXt_d5Dv", "Ti6WXt_d5Dv"),
            ("a\nlevel=ERROR", "a\\nlevel=ERROR"),
            ("é\u{202e}", "\\u{e9}\\u{202e}"),
        ] {
            assert_eq!(printable(text), expected);
        }
        assert_eq!(printable(&"k".repeat(10_000)).len(), LONGEST);
        assert_eq!(printable(&"\0".repeat(10_000)).len(), LONGEST);
    }
}
