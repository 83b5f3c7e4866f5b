//! Checks policies without a guard: for messages of a WebSocket or a queue, and in middleware.

use super::organization_id::OrganizationId;
use crate::{
    answer::Rejection,
    decide::{DecisionError, organization::Declared},
    logto::{auth_info::AuthInfo, rejection_context::RejectionContext},
    policy::{AnyPolicy, requirement::Requirement},
};

impl AuthInfo {
    /// Checks that the caller meets a policy now.
    ///
    /// Your program may have kept this `AuthInfo` for a while. So `check` verifies the key and the times of
    /// the token again, and asks [`deny_if`](crate::LogtoBuilder::deny_if),
    /// [`deny_if_async`](crate::LogtoBuilder::deny_if_async) and the list of revocations. It waits where a
    /// guard would wait, for example for the key set.
    ///
    /// The token is not compared with the path of a request. If a message or a path names an organization,
    /// use [`check_in`](Self::check_in). A token that does not name an organization has the scopes of all
    /// organizations of its user. With `check`, a user could use a scope of one organization in another.
    ///
    /// A policy with `org = path(…)`, `org = header(…)` or `subject = path(…)` rejects every caller, because
    /// only a request can name the organization or the user. If the token is otherwise accepted, the status
    /// is 403. Any other organization policy accepts the token's own organization.
    ///
    /// ```
    /// # use logto_runtime::{Logto, Rejection, require_scopes};
    /// #[require_scopes("write:orders")]
    /// struct WriteOrders;
    ///
    /// async fn on_message(logto: &Logto, token: &str) -> Result<(), Rejection> {
    ///     let auth = logto.verify(token).await?;
    ///     auth.check::<WriteOrders>().await
    /// }
    /// ```
    ///
    /// # Errors
    ///
    /// Returns the rejection that a guard would answer with.
    pub async fn check<P: AnyPolicy>(&self) -> Result<(), Rejection> {
        check(self, &P::REQUIREMENT, None).await.map(drop)
    }

    /// Checks that the caller meets a policy now, in the organization that a message names. Returns the id of
    /// that organization.
    ///
    /// Verifies the caller again, as [`check`](Self::check) does. Also like `check`, rejects every caller
    /// under a policy with `subject = path(…)`.
    ///
    /// A policy of global scopes accepts only tokens that do not name an organization. So `check_in` rejects
    /// every caller under such a policy. Call `check` instead.
    ///
    /// Some policies have both global alternatives (with `org = any`) and alternatives about an organization.
    /// Under such a policy, too, `check_in` rejects a token without an organization. To accept such a token,
    /// write a second policy with only the global alternatives. First call `check` with the second policy.
    /// If `check` rejects the caller, call `check_in` with the whole policy.
    ///
    /// ```
    /// # use logto_runtime::{Logto, OrganizationId, Rejection, require_org_permission};
    /// #[require_org_permission("invite:member")]
    /// struct InviteMember;
    ///
    /// async fn on_message(
    ///     logto: &Logto,
    ///     token: &str,
    ///     organization: &str,
    /// ) -> Result<OrganizationId, Rejection> {
    ///     let auth = logto.verify(token).await?;
    ///     auth.check_in::<InviteMember>(organization).await
    /// }
    /// ```
    ///
    /// # Errors
    ///
    /// Returns the rejection that a guard would answer with on a route of this organization. For a policy of
    /// global scopes without `org = any`, that is 500. Under any other policy, also rejects a token without
    /// an organization (401) and a token of another organization (403).
    pub async fn check_in<P: AnyPolicy>(
        &self,
        organization: &str,
    ) -> Result<OrganizationId, Rejection> {
        let requirement = &P::REQUIREMENT;
        let auth = verify_and_decide(self, requirement, Some(organization)).await?;
        let organization = bound_to(&auth, organization).map_err(|error| {
            let context = RejectionContext::outside(Some(requirement));
            auth.logto().reject(error, context, Some(auth.verified()))
        })?;
        auth.report_granted();
        Ok(organization)
    }
}

/// Verifies the caller again, decides, and reports the caller. `organization` is the one that a message
/// names.
pub(crate) async fn check(
    auth: &AuthInfo,
    requirement: &'static Requirement,
    organization: Option<&str>,
) -> Result<AuthInfo, Rejection> {
    let auth = verify_and_decide(auth, requirement, organization).await?;
    auth.report_granted();
    Ok(auth)
}

async fn verify_and_decide(
    auth: &AuthInfo,
    requirement: &'static Requirement,
    organization: Option<&str>,
) -> Result<AuthInfo, Rejection> {
    let (logto, known) = (auth.logto(), auth.verified());
    let context = RejectionContext::outside(Some(requirement));
    let auth = logto.reverify(known.token(), Some(known), context).await?;
    let mut organization = Declared(organization);
    logto
        .decide(requirement, auth.verified(), &mut organization)
        .map_err(|unmet| logto.reject_unmet(unmet, context, auth.verified()))?;
    Ok(auth)
}

/// Returns the caller's organization if the message names the same one. Policies that are not about
/// organizations, such as `#[require_auth]`, have not compared the two.
fn bound_to(auth: &AuthInfo, organization: &str) -> Result<OrganizationId, DecisionError> {
    match auth.organization_id() {
        None => Err(DecisionError::OrganizationMissing),
        Some(id) if id == organization => Ok(OrganizationId::bound(id, auth)),
        Some(_) => Err(DecisionError::OrganizationMismatch),
    }
}
