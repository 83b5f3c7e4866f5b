//! Checks scopes.
//!
//! A scope is a scope-token: `1*( %x21 / %x23-5B / %x5D-7E )` (RFC 6749, section 3.3).

/// Checks a scope.
///
/// # Errors
///
/// Returns what is wrong and what to write instead.
pub fn check(scope: &str) -> Result<(), String> {
    match scope.chars().find(|&c| !is_scope_char(c)) {
        None if scope.is_empty() => Err(empty()),
        None => Ok(()),
        Some(wrong) if wrong.is_whitespace() => Err(white_space(scope)),
        Some(wrong) => Err(format!(
            "{wrong:?} is not allowed in a scope (RFC 6749, section 3.3: printable ASCII except \
             `\"` and `\\`); write the scope as it is named in Logto"
        )),
    }
}

fn empty() -> String {
    "the scope is empty; write a permission such as `read:products`".to_owned()
}

fn white_space(scope: &str) -> String {
    let words: Vec<_> = scope
        .split_whitespace()
        .map(|word| format!("\"{word}\""))
        .collect();
    match words.as_slice() {
        [] => empty(),
        [word] => format!("a scope can't contain white space; write `{word}`"),
        words => format!(
            "a scope can't contain white space; write one string for each scope: `{}`",
            words.join(", ")
        ),
    }
}

fn is_scope_char(c: char) -> bool {
    matches!(c, '\x21' | '\x23'..='\x5b' | '\x5d'..='\x7e')
}

#[cfg(test)]
mod tests {
    use super::{check, is_scope_char};

    #[test]
    fn scope_characters_are_those_of_rfc_6749() {
        for byte in 0..=u8::MAX {
            let allowed =
                byte == 0x21 || (0x23..=0x5b).contains(&byte) || (0x5d..=0x7e).contains(&byte);
            assert_eq!(is_scope_char(char::from(byte)), allowed, "{byte:#04x}");
        }
        assert!(!is_scope_char('é') && !is_scope_char('\u{2028}'));
    }

    #[test]
    fn an_error_says_what_to_write() {
        for (scope, part) in [
            ("", "the scope is empty"),
            (" \t", "the scope is empty"),
            (" a", "write `\"a\"`"),
            ("a\u{a0}b", "`\"a\", \"b\"`"),
            ("a\"b", "'\"' is not allowed"),
        ] {
            let message = check(scope).expect_err(scope);
            assert!(message.contains(part), "{scope:?}: {message}");
        }
        assert_eq!(check("read:products"), Ok(()));
    }
}
