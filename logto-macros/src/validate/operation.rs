//! What `#[utoipa::path(…)]` must not say where a guard says it.

use crate::{errors::Errors, item::Function, kind::Kind, operation};

/// Stacked attributes report alike, and rustc prints the same error once.
pub(super) fn check(kind: Kind, function: &mut Function, errors: &mut Errors) {
    if kind != Kind::Public
        && let Some(security) = operation::own_security(&mut function.attrs)
    {
        errors.span(
            security,
            "the guard above says what this operation asks for; remove `security(…)`",
        );
    }
    if let Some(hidden) = operation::hidden_attribute(&mut function.attrs) {
        errors.at(
            hidden,
            "below `#[utoipa::path(…)]` this attribute would be missing in the document; write it \
             above",
        );
    }
}
