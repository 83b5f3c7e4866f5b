//! Checks policies without a request: on a WebSocket, in a queue, in middleware.

use super::organization::OrganizationId;
use crate::{
    answer::Rejection,
    decide::{DecisionError, organization::declared},
    logto::auth_info::AuthInfo,
    policy::{Policy, requirement::Requirement},
};

impl AuthInfo {
    /// Checks that the caller meets a policy.
    ///
    /// An organization policy accepts the token's own organization. If the policy has
    /// `org = path(…)` or `org = header(…)`, a request would have to name the organization, and the
    /// rejection is a 403.
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
    #[expect(
        clippy::unused_async,
        reason = "later versions may wait for keys and revocations"
    )]
    pub async fn check<P: Policy>(&self) -> Result<(), Rejection> {
        decide(self, &P::REQUIREMENT, None).map(drop)
    }

    /// Checks that the caller meets a policy in the organization that a message names, and returns
    /// the id of that organization.
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
    /// Returns the rejection that a guard would answer with on a route of this organization. The
    /// rejection is a 401 if the token does not name an organization.
    #[expect(
        clippy::unused_async,
        reason = "later versions may wait for keys and revocations"
    )]
    pub async fn check_in<P: Policy>(
        &self,
        organization: &str,
    ) -> Result<OrganizationId, Rejection> {
        decide(self, &P::REQUIREMENT, Some(organization))?;
        let missing = || {
            let error = DecisionError::OrganizationMissing;
            self.logto()
                .reject(error, Some(&P::REQUIREMENT), Some(self.verified()))
        };
        self.organization_id()
            .filter(|id| *id == organization)
            .map(OrganizationId::bound)
            .ok_or_else(missing)
    }
}

fn decide(
    auth: &AuthInfo,
    requirement: &'static Requirement,
    organization: Option<&str>,
) -> Result<&'static Requirement, Rejection> {
    let mut same = |source, token: &str| declared(source, organization, token);
    auth.logto().decide(requirement, auth.verified(), &mut same)
}
