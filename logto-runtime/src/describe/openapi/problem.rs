//! Why an operation can't be described.

use super::alternatives;

/// Why an operation can't be described. The message ends with the fix.
#[derive(Debug, thiserror::Error)]
pub(super) enum Problem {
    /// The operation has neither a mark (an extension that an attribute adds) nor `security(…)`. The document
    /// does not have a `security` that restricts callers.
    #[error(
        "it does not say who may call it; write a guard or `#[public]` above \
         `#[utoipa::path(…)]`, or `security(…)` in it"
    )]
    NoGuard,
    /// The handler checks its callers only by hand. Neither the operation nor the document has a `security`
    /// that restricts callers.
    #[error(
        "its handler checks {0:?} by hand, which has no security scheme; write `security(…)` in \
         `#[utoipa::path(…)]`"
    )]
    CheckedByHand(String),
    /// A guard names a resource that the builder does not know.
    #[error("no resource has the name {0:?}: add `.named_resource({0:?}, \"https://…\")`")]
    UnknownResource(String),
    /// The guards have more than [`alternatives::MOST`] alternatives.
    #[error(
        "there are more than {} ways to meet its guards; write fewer alternatives",
        alternatives::MOST
    )]
    TooManyAlternatives,
    /// No single token meets all guards.
    #[error("no token that Logto issues meets all its guards; change or remove one of them")]
    NeverMet,
    /// The handler has more guards than marks. A guard that expands after `#[utoipa::path(…)]` adds no mark.
    #[error(
        "a guard is below `#[utoipa::path(…)]`, where it expands too late to be described; \
         write it above"
    )]
    GuardBelow,
    /// A mark can't be read. Holds the name of its extension.
    #[error(
        "its extension {0} was not written by this version of logto-runtime; remove it, or use \
         one version of logto-runtime"
    )]
    ForeignMark(String),
}
