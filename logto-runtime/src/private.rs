//! The items that generated code names. Not public API: they change without notice.

#[cfg(feature = "utoipa")]
pub use crate::describe::openapi::{GuardMark, guard_mark};
pub use inventory::submit;

/// For `cargo logto explain`, which does not know the names that a program gives to clients.
pub use crate::decide::clients::is_name as is_client_name;
use crate::{
    answer::Rejection,
    extract::check::check,
    logto::{auth_info::AuthInfo, state::LogtoState},
};
pub use crate::{
    describe::placed::{by_hand, guard, policy, public},
    extract::{by_hand::ByHand, passed::Passed, public::Public, under::Under},
    logto::{
        Logto,
        find::{FindLogto, FoundLogto},
    },
    policy::{
        AnyOf, InState, Policy,
        requirement::{
            OrganizationSource, Requirement,
            ScopeExpr::{All, Any, One},
            Subject,
        },
        scope::{Scope, ScopeOrigin, permission, scope, scope_name},
    },
};

/// Compiles only for a state in which guards find a `Logto`.
pub const fn assert_state<S: LogtoState + ?Sized>() {}

/// Checks a requirement that was not known when this program was compiled, as
/// [`AuthInfo::check`] does. For `cargo logto explain`.
///
/// With `organization`, the request is about that organization.
///
/// # Errors
///
/// Returns the rejection that a guard would answer with.
pub async fn check_requirement(
    auth: &AuthInfo,
    requirement: &'static Requirement,
    organization: Option<&str>,
) -> Result<(), Rejection> {
    check(auth, requirement, organization).await.map(drop)
}

/// Returns the precise reason of a rejection, which no response contains. For `cargo logto explain`.
#[must_use]
pub fn reason(rejection: &Rejection) -> String {
    rejection.reason().to_string()
}
