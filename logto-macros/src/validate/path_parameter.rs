//! Checks the name of a path parameter: `org = path("…")` and `subject = path("…")`.

use syn::LitStr;

use crate::errors::Errors;

/// Checks that the text is only a name, without braces and slashes, and without `:` or `*` at its ends.
/// Otherwise reports a mistake, and returns `false`. The message shows the text without such characters at its
/// ends as an example. If the rest is not a name either, the example is `usual`.
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
