//! Makes untrusted text safe to print. Examples are names in the tenant, names in the source, and file names.

/// Escapes control characters, line separators, and marks that change the direction of text. Also escapes
/// commands of GitHub Actions.
///
/// Untrusted text can contain all of these. A terminal would obey control characters. GitHub Actions would
/// obey `##[error]` anywhere in a line, and `::error::` at the start of a line.
pub(crate) fn plain(text: &str) -> String {
    // GitHub Actions ignores white space before `::error::`.
    let trimmed = text.trim_start();
    let colons = text.len() - trimmed.len();
    let second_colon = trimmed.starts_with("::").then_some(colons + 1);
    let mut plain = String::with_capacity(text.len());
    for (at, c) in text.char_indices() {
        let is_command = (c == '[' && plain.ends_with("##")) || second_colon == Some(at);
        if c.is_control() || is_direction(c) || is_command {
            plain.extend(c.escape_unicode());
        } else {
            plain.push(c);
        }
    }
    plain
}

fn is_direction(c: char) -> bool {
    matches!(
        c,
        '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}'
    )
}

/// Returns `count` and the noun, in the plural if `count` is not one.
pub(crate) fn counted(count: usize, noun: &str) -> String {
    let plural = if count == 1 { "" } else { "s" };
    format!("{count} {noun}{plural}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_cannot_control_a_terminal_or_github_actions() {
        for (text, expected) in [
            ("read:products é", "read:products é"),
            ("\u{1b}[31mred", "\\u{1b}[31mred"),
            ("a\nb", "a\\u{a}b"),
            ("a\u{202e}b", "a\\u{202e}b"),
            ("\u{9b}31m", "\\u{9b}31m"),
            ("a ##[error]b", "a ##\\u{5b}error]b"),
            ("##x[#[", "##x[#["),
            ("::error::x", ":\\u{3a}error::x"),
            (" ::error::x", " :\\u{3a}error::x"),
            ("a::error::x", "a::error::x"),
        ] {
            assert_eq!(plain(text), expected);
        }
    }
}
