//! Checks the `#[utoipa::path(…)]` of a guarded function.

use crate::{errors::Errors, item::Function, kind::Kind, operation};

/// Checks that the OpenAPI document shows all guards, and that nothing else sets the operation's
/// security.
///
/// A handler that is public, is guarded by hand or accepts a credential may have a `security(…)`,
/// because this crate does not know what its callers send instead of a token. Stacked attributes report
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
