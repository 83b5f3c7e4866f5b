//! Policies where no request is at hand: on a WebSocket, in a queue, in middleware.

use super::organization::OrganizationId;
use crate::{
    answer::Rejection,
    decide::{DecisionError, organization::declared},
    logto::auth_info::AuthInfo,
    policy::{Policy, requirement::Requirement},
};

impl AuthInfo {
    /// Decides by a policy. An organization policy takes the token's own organization, unless it says in
    /// which path parameter or header the request names one: then there is none to compare with, and
    /// the answer is 403.
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
    /// What a guard would answer.
    #[expect(
        clippy::unused_async,
        reason = "keys and revocations may have to be waited for"
    )]
    pub async fn check<P: Policy>(&self) -> Result<(), Rejection> {
        decide(self, &P::REQUIREMENT, None).map(drop)
    }

    /// Decides by a policy about the organization that a message names, and returns its id.
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
    /// What a guard would answer on a route of this organization; 401 where the token names none.
    #[expect(
        clippy::unused_async,
        reason = "keys and revocations may have to be waited for"
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
