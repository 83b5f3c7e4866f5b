//! Items for generated code, for `cargo logto` and for `logto-management`. Not public API: these items change
//! without notice.

#[cfg(feature = "utoipa")]
pub use crate::describe::openapi::{GuardMark, guard_mark};
pub use inventory::submit;

/// Returns whether a text has the form of a client name. A client id does not have this form. For
/// `cargo logto explain`, which does not know the names that a program gives to clients.
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
        declared_name::declared_name,
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

/// Checks a requirement as [`AuthInfo::check`] does, but takes the requirement as a value and not as a
/// type. For `cargo logto explain`, which reads requirements from source files.
///
/// With `organization`, decides as for a request that names this organization.
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

/// Returns the precise reason of a rejection, which the rejected caller does not get. For
/// `cargo logto explain`.
#[must_use]
pub fn reason(rejection: &Rejection) -> String {
    rejection.reason().to_string()
}

/// Applies a webhook delivery as [`Revocations::webhook`] does. The Management API must have returned the
/// delivery, because its signature is not checked. For the reconciler of `logto-management`, which finds
/// missed deliveries.
///
/// Leaves out revocations that the list has already. Also leaves out revocations whose tokens are all so old
/// that guards refuse them anyway.
///
/// A delivery without a time counts as sent at `logged_at`, in milliseconds since the Unix epoch.
#[cfg(feature = "revocation")]
#[must_use]
pub fn replay(revocations: &Revocations, body: &[u8], logged_at: i64) -> Replayed {
    revocations.replay(body, logged_at)
}

/// Returns two times in milliseconds since the Unix epoch, by the clock of the list of revocations. The first
/// is the current time. Webhook deliveries from before the second time no longer matter to the list. For the
/// reconciler of `logto-management`.
#[cfg(feature = "revocation")]
#[must_use]
pub fn moments(revocations: &Revocations) -> (i64, i64) {
    (revocations.now_millis(), revocations.oldest_moment())
}

/// Returns the endpoint of the tenant of the list, without a slash at the end. For the reconciler
/// of `logto-management`, which compares it with the endpoint of its client.
#[cfg(feature = "revocation")]
#[must_use]
pub fn endpoint_of(revocations: &Revocations) -> &str {
    revocations.endpoint()
}

/// Waits until the revocation log has been read once. For the reconciler of `logto-management`.
///
/// # Errors
///
/// Fails if the log has not been read within ten seconds. The error is the last error of the log, if there
/// was one. A list with a log needs a tokio runtime with a timer. Without such a runtime, this function fails
/// at once.
#[cfg(feature = "revocation")]
pub async fn loaded(revocations: &Revocations) -> Result<(), LogError> {
    revocations.loaded().await
}

/// Returns whether the revocation log is new, and still waits for a call of
/// [`accept_empty_log`](Revocations::accept_empty_log). For the reconciler of `logto-management`.
#[cfg(feature = "revocation")]
#[must_use]
pub fn waits_for_acceptance(revocations: &Revocations) -> bool {
    revocations.waits_for_acceptance()
}

/// Records whether a run of the reconciler was complete. The metrics and [`health`](Revocations::health) show
/// the result. For the reconciler of `logto-management`.
#[cfg(feature = "revocation")]
pub fn reconciled(revocations: &Revocations, complete: bool) {
    revocations.note_reconciled(complete);
}
