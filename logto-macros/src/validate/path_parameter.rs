//! Checks the name of a path parameter, in `org = path("…")` and in `subject = path("…")`.

use syn::LitStr;

use crate::errors::Errors;

/// Returns whether the text is a name. A name is not empty, does not contain braces or slashes, and does not
/// begin or end with `:` or `*`.
///
/// Reports any other text. The example in the message is the text without these characters at its ends. If
/// this shorter text is not a name either, the example is `usual`.
pub(super) fn check(literal: &LitStr, usual: &str, errors: &mut Errors) -> bool {
    let name = literal.value();
    let bare = name.trim_matches(['{', '}', '*', ':', '/']);
    if !name.is_empty() && bare == name && !name.contains(['{', '}', '/']) {
        return true;
    }
    let example = if bare.is_empty() || bare.contains(['{', '}', '/']) {
        usual
    } else {
        bare
    };
    errors.at(
        literal,
        format_args!(
            "this is not a path parameter's name; write only the name: `path(\"{example}\")`"
        ),
    );
    false
}
