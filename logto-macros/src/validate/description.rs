//! Checks the text of `#[guarded_by("…")]`.

use proc_macro2::Span;
use syn::LitStr;

use crate::{errors::Errors, kind::Kind};

/// Checks that there is exactly one text. The text must not be blank, and must not have control characters.
pub(super) fn check(
    kind: Kind,
    mut texts: Vec<LitStr>,
    misread: bool,
    errors: &mut Errors,
) -> Option<LitStr> {
    let name = kind.name();
    match texts.as_slice() {
        [] if misread => None,
        [] => {
            let message =
                format!("say what the handler checks: `#[{name}(\"API key or read:models\")]`");
            errors.span(Span::call_site(), message);
            None
        }
        [text] if text.value().trim().is_empty() => {
            errors.at(
                text,
                "the description is empty; say what the handler checks, such as \
                 `API key or read:models`",
            );
            None
        }
        [text] if text.value().contains(char::is_control) => {
            errors.at(
                text,
                "the description can't have control characters; remove them",
            );
            None
        }
        [_] => texts.pop(),
        [_, second, ..] => {
            errors.at(
                second,
                "one description is enough; join them: `\"API key or session\"`",
            );
            None
        }
    }
}
