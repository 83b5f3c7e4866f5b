//! Items for generated code, for `cargo logto` and for `logto-management`. Not public API: these items change
//! without notice.

#[cfg(feature = "utoipa")]
pub use crate::describe::openapi::{GuardMark, guard_mark};
pub use inventory::submit;

/// Decides by the form of a text whether it is a client's name or a client's id. For `cargo logto explain`,
/// which does not know the names that a program gives to clients.
pub use crate::decide::clients::is_name as is_client_name;
#[cfg(feature = "revocation")]
pub use crate::revocation::webhook::{replay::Replayed, shallow::Shallow};
#[cfg(feature = "revocation")]
use crate::revocation::{Revocations, log::LogError};
use crate::{
    answer::Rejection,
    extract::check::check,
    logto::{auth_info::AuthInfo, state::LogtoState},
};
pub use crate::{
    describe::entries::{by_hand, either, guard, guard_in_state, policy, public},
    extract::{by_hand::ByHand, passed::Passed, public::Public, token_or::TokenOr, under::Under},
    logto::{
        Logto,
        find::{FindLogto, FoundLogto},
    },
    policy::{
        AnyOf, AnyPolicy, InState, Policy,
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

/// Checks a requirement as [`AuthInfo::check`] does. The requirement can be one that was not known when this
/// program was compiled. For `cargo logto explain`.
///
/// With `organization`, decides as for a request about that organization.
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

/// Returns the precise reason of a rejection, which the rejected caller does not get. For `cargo logto explain`.
#[must_use]
pub fn reason(rejection: &Rejection) -> String {
    rejection.reason().to_string()
}

/// Applies a webhook delivery that the Management API returned, as [`Revocations::webhook`] would have done.
/// For the reconciler of `logto-management`.
///
/// Does nothing if the list of revocations already has every entry that the delivery would add. Also does nothing
/// if these entries no longer matter, because every token that they could refuse is too old anyway.
///
/// A delivery without a time counts as sent at `logged_at`, in milliseconds since the Unix epoch.
#[cfg(feature = "revocation")]
#[must_use]
pub fn replay(revocations: &Revocations, body: &[u8], logged_at: i64) -> Replayed {
    revocations.replay(body, logged_at)
}

/// Returns the current time by the clock of the list of revocations, and the time of the oldest delivery that
/// can still matter to the list. Both are in milliseconds since the Unix epoch. For the reconciler of
/// `logto-management`.
#[cfg(feature = "revocation")]
#[must_use]
pub fn moments(revocations: &Revocations) -> (i64, i64) {
    (revocations.now_millis(), revocations.oldest_moment())
}

/// Waits until the revocation log has been read once. For the reconciler of `logto-management`.
///
/// # Errors
///
/// Fails if the log has not been read within ten seconds, with the last error if there was one. Fails at once
/// outside a tokio runtime with a timer.
#[cfg(feature = "revocation")]
pub async fn loaded(revocations: &Revocations) -> Result<(), LogError> {
    revocations.loaded().await
}

/// Returns whether the revocation log was new when it was read, and nobody has accepted it with
/// [`accept_empty_log`](Revocations::accept_empty_log). For the reconciler of `logto-management`.
#[cfg(feature = "revocation")]
#[must_use]
pub fn waits_for_acceptance(revocations: &Revocations) -> bool {
    revocations.waits_for_acceptance()
}

/// Records whether a pass of the reconciler was complete, for the metrics and for the health of the list of
/// revocations. For the reconciler of `logto-management`.
#[cfg(feature = "revocation")]
pub fn reconciled(revocations: &Revocations, complete: bool) {
    revocations.note_reconciled(complete);
}
