//! The compile-time check that the `logto.toml` of an attribute's crate declares the scope of a constant.
//!
//! The constant can be from a crate with another `logto.toml`, which declares other scopes and permissions.

/// Returns `name`. Checks that `declared` contains it, where a space separates the names. For generated code.
///
/// # Panics
///
/// Panics if `declared` does not contain the name. Attributes call this in a constant, where a panic is a
/// compile error.
#[must_use]
#[track_caller]
pub const fn declared_name(name: &'static str, declared: &str) -> &'static str {
    assert!(
        contains(declared, name),
        "this constant is from a crate with another `logto.toml`, and the file of this crate does \
         not declare the scope or permission; declare it there, or use another constant"
    );
    name
}

/// Compares byte by byte, because a constant can't call the methods of `str`.
const fn contains(declared: &str, name: &str) -> bool {
    let (declared, name) = (declared.as_bytes(), name.as_bytes());
    let (mut index, mut start, mut same) = (0, 0, true);
    while index < declared.len() {
        let at = index - start;
        if declared[index] != b' ' {
            same = same && at < name.len() && declared[index] == name[at];
        } else if same && at == name.len() {
            return true;
        } else {
            start = index + 1;
            same = true;
        }
        index += 1;
    }
    same && index - start == name.len()
}

#[cfg(test)]
mod tests {
    use std::panic::catch_unwind;

    use super::*;

    #[test]
    fn only_a_whole_declared_name_is_accepted() {
        for (name, declared, accepted) in [
            ("a:b", "a:b", true),
            ("a:b", "a:b c d", true),
            ("a:b", "c a:b d", true),
            ("a:b", "c d a:b", true),
            ("a:b", "", false),
            ("a:b", "c d", false),
            ("a:b", "a:", false),
            ("a:b", "a:bc xa:b", false),
            ("a:b", "a: b", false),
            ("a:b", "A:B", false),
            ("a:b", "a:c a:b:c a", false),
        ] {
            let result = catch_unwind(|| declared_name(name, declared));
            match result {
                Ok(returned) => assert!(accepted && returned == name, "{name:?} in {declared:?}"),
                Err(panic) => {
                    let message = panic.downcast_ref::<&str>().copied().unwrap_or_default();
                    assert!(!accepted, "{name:?} in {declared:?}");
                    assert!(message.contains("does not declare"), "{message}");
                }
            }
        }
    }
}
