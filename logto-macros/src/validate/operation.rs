//! Checks the `#[utoipa::path(…)]` of a guarded function.

use crate::{errors::Errors, item::Function, kind::Kind, operation};

/// Reports an attribute below `#[utoipa::path(…)]`, and a `security(…)` of the user.
///
/// `#[public]`, `#[guarded_by(…)]` and an attribute with `credential = …` accept a `security(…)`: their
/// callers can send something else than a token, and only the user knows what. Stacked attributes report
/// identical errors, which rustc prints only once.
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
