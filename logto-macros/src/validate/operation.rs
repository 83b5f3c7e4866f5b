//! Checks the `#[utoipa::path(…)]` of a handler.

use crate::{errors::Errors, item::Function, kind::Kind, operation};

/// Reports an attribute of this crate below `#[utoipa::path(…)]`. Also reports a `security(…)` that the user
/// wrote.
///
/// With `#[public]`, `#[guarded_by(…)]` or `credential = …`, `security(…)` is allowed, because only the user
/// knows what callers send to such a handler. If a handler has several attributes of this crate, each reports
/// the same error, and rustc prints the error only once.
pub(super) fn check(
    kind: Kind,
    has_credential: bool,
    function: &mut Function,
    errors: &mut Errors,
) {
    let may_have_security = has_credential || matches!(kind, Kind::Public | Kind::ByHand);
    if !may_have_security && let Some(security) = operation::own_security(&mut function.attrs) {
        errors.span(
            security,
            "the security of this operation comes from the guard above it; remove `security(…)`",
        );
    }
    if let Some(hidden) = operation::hidden_attribute(&mut function.attrs) {
        errors.at(
            hidden,
            "the OpenAPI document does not show an attribute below `#[utoipa::path(…)]`; write it \
             above `#[utoipa::path(…)]`",
        );
    }
}
