//! [`Guard`], the extractor that checks a policy and keeps the caller.

use std::{fmt, future::Future, marker::PhantomData, ops::Deref};

use axum::extract::FromRequestParts;
use http::request::Parts;

use super::{
    grant::{Grant, grant},
    organization_id::OrganizationId,
};
use crate::{
    answer::Rejection,
    logto::{auth_info::AuthInfo, find::FindLogto},
    policy::AnyPolicy,
};

/// Proof that the caller of this request meets a policy. Gives access to the [`AuthInfo`].
///
/// Outside tests, a guard comes only from a request: axum extracts it, or
/// [`Logto::guard`](crate::Logto::guard) returns it. So a handler with a `Guard` argument can't be called
/// without a check. As the first argument, a guard runs before every other extractor. The body of a rejected
/// request is then not read.
///
/// ```
/// use logto_runtime::{Guard, require_scopes};
///
/// #[require_scopes("write:orders")]
/// pub struct WriteOrders;
///
/// async fn create(caller: Guard<WriteOrders>) -> String {
///     format!("ordered by {}", caller.subject())
/// }
/// # let _: axum::Router<logto_runtime::Logto> =
/// #     axum::Router::new().route("/", axum::routing::post(create));
/// ```
pub struct Guard<P> {
    grant: Grant,
    policy: PhantomData<fn() -> P>,
}

impl<P: AnyPolicy> Guard<P> {
    /// Returns the caller without the proof.
    #[must_use]
    pub fn into_auth_info(self) -> AuthInfo {
        self.grant.auth
    }

    /// Returns whether the caller met `Q`, or an alternative of `Q` at any depth.
    ///
    /// A guard of [`AnyOf`](crate::policy::AnyOf), or of a policy with `#[require_any]`, stops at the first
    /// alternative that accepts the caller. Only that alternative counts as met. With any other guard, the
    /// caller met the guard's own policy. Policies with equal requirements are not distinguished.
    #[must_use]
    pub fn granted_by<Q: AnyPolicy>(&self) -> bool {
        Q::REQUIREMENT.includes(self.grant.met)
    }

    /// Returns the organization of the caller. Returns `None` if the policy that the caller met does not
    /// require an organization.
    ///
    /// The policy's `org` says where a request names an organization. If this request names an organization
    /// there, the guard has compared it with the caller's organization.
    #[must_use]
    pub fn organization(&self) -> Option<OrganizationId> {
        self.grant
            .auth
            .organization_id()
            .filter(|_| self.grant.met.wants_organization())
            .map(|id| OrganizationId::bound(id, &self.grant.auth))
    }
}

impl<P> Guard<P> {
    pub(super) fn new(grant: Grant) -> Self {
        Self {
            grant,
            policy: PhantomData,
        }
    }
}

#[cfg(feature = "test-util")]
impl<P: AnyPolicy> Guard<P> {
    /// Returns a guard for tests, without any check.
    pub(crate) fn for_test(auth: &AuthInfo) -> Self {
        Self::new(Grant {
            auth: auth.clone(),
            met: &P::REQUIREMENT,
        })
    }
}

impl<P> Deref for Guard<P> {
    type Target = AuthInfo;

    fn deref(&self) -> &AuthInfo {
        &self.grant.auth
    }
}

impl<P> Clone for Guard<P> {
    fn clone(&self) -> Self {
        Self::new(self.grant.clone())
    }
}

impl<P> fmt::Debug for Guard<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Guard").field(&self.grant).finish()
    }
}

impl<P, S> FromRequestParts<S> for Guard<P>
where
    P: AnyPolicy,
    P::Finder: FindLogto<S>,
{
    type Rejection = Rejection;

    fn from_request_parts(
        parts: &mut Parts,
        state: &S,
    ) -> impl Future<Output = Result<Self, Rejection>> + Send {
        let granting = grant(parts, P::Finder::find_logto(state), &P::REQUIREMENT);
        async { granting.await.map(Self::new) }
    }
}
