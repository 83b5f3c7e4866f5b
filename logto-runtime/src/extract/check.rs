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
    /// Your program may have kept this `AuthInfo` for a while. So `check` verifies the times of the token and
    /// its key again, and asks [`deny_if`](crate::LogtoBuilder::deny_if),
    /// [`deny_if_async`](crate::LogtoBuilder::deny_if_async) and the list of revocations. It waits where a
    /// guard would wait, for the key set for example.
    ///
    /// The token is not compared with the path of a request. Where a message or a path names an organization,
    /// use [`check_in`](Self::check_in): a token that does not name an organization has the scopes of all
    /// organizations of its user.
    ///
    /// An organization policy accepts the token's own organization. If the policy has `org = path(…)`,
    /// `org = header(…)` or `subject = path(…)`, `check` rejects every caller (with 403, if the token is
    /// otherwise accepted), because only a request can name the organization or the user.
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

    /// Checks that the caller meets a policy now, in the organization that a message names, and
    /// returns the id of that organization.
    ///
    /// Verifies the caller again, as [`check`](Self::check) does. Do not use this with a policy of global
    /// scopes, because its tokens do not name an organization. Call `check` instead, and use the
    /// organization's id as plain text. If some alternatives of a policy are global (with `org = any`) and
    /// others are about an organization, call `check` with a policy of the global alternatives first.
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
    /// Returns the rejection that a guard would answer with on a route of this organization, such as 500 if the
    /// policy asks for global scopes without `org = any`. Under every policy, also rejects a token that does
    /// not name an organization (401) or names another organization (403).
    pub async fn check_in<P: AnyPolicy>(
        &self,
        organization: &str,
    ) -> Result<OrganizationId, Rejection> {
        let requirement = &P::REQUIREMENT;
        let auth = check(self, requirement, Some(organization)).await?;
        bound_to(&auth, organization).map_err(|error| {
            let context = RejectionContext::outside(Some(requirement));
            auth.logto().reject(error, context, Some(auth.verified()))
        })
    }
}

/// Verifies the caller again, and decides with the organization that a message names, if there is one.
pub(crate) async fn check(
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
