//! The guard that attributes put in front of a handler.

use std::{fmt, future::Future, marker::PhantomData, ops::Deref};

use axum::extract::FromRequestParts;
use http::request::Parts;

use super::{authenticate::authenticate, same_organization};
use crate::{AuthInfo, OrganizationId, Policy, Rejection, Requirement, logto::LogtoState};

/// Proof that the caller of this request meets a policy; gives access to the [`AuthInfo`].
///
/// Only a request can make one, so a handler that takes it cannot be called unguarded. As the
/// first argument it runs before every other extractor, and nothing of the body is read for a
/// caller who is refused.
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
/// # let _: axum::Router = axum::Router::new().route("/", axum::routing::post(create));
/// ```
pub struct Guard<P> {
    auth: AuthInfo,
    met: &'static Requirement,
    policy: PhantomData<fn() -> P>,
}

impl<P: Policy> Guard<P> {
    /// Proves it for a caller that the policy has just been decided for.
    pub(crate) fn granted(auth: AuthInfo, met: &'static Requirement) -> Self {
        Self {
            auth,
            met,
            policy: PhantomData,
        }
    }

    /// A guard for a unit test that calls a guarded function directly: nothing is decided.
    #[cfg(feature = "test-util")]
    #[cfg_attr(docsrs, doc(cfg(feature = "test-util")))]
    #[must_use]
    pub fn granted_for_test(auth: AuthInfo) -> Self {
        Self::granted(auth, &P::REQUIREMENT)
    }

    /// The caller, without the proof.
    #[must_use]
    pub fn into_auth_info(self) -> AuthInfo {
        self.auth
    }

    /// Whether this policy let the caller in: of [`AnyOf`](crate::AnyOf) the one that was met
    /// first, otherwise the guard's own.
    #[must_use]
    pub fn granted_by<Q: Policy>(&self) -> bool {
        *self.met == Q::REQUIREMENT
    }

    /// The organization that this guard compared with the request's; `None` for a policy that is
    /// not about organizations.
    #[must_use]
    pub fn organization(&self) -> Option<OrganizationId> {
        self.auth
            .organization_id()
            .filter(|_| self.met.wants_organization())
            .map(OrganizationId::bound)
    }
}

impl<P> Deref for Guard<P> {
    type Target = AuthInfo;

    fn deref(&self) -> &AuthInfo {
        &self.auth
    }
}

impl<P> Clone for Guard<P> {
    fn clone(&self) -> Self {
        Self {
            auth: self.auth.clone(),
            met: self.met,
            policy: PhantomData,
        }
    }
}

impl<P> fmt::Debug for Guard<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Guard").field(&self.auth).finish()
    }
}

impl<P, S> FromRequestParts<S> for Guard<P>
where
    P: Policy,
    S: LogtoState + Send + Sync,
{
    type Rejection = Rejection;

    fn from_request_parts(
        parts: &mut Parts,
        state: &S,
    ) -> impl Future<Output = Result<Self, Rejection>> + Send {
        let requirement = &P::REQUIREMENT;
        authenticate(parts, state, Some(requirement), move |auth, parts| {
            let logto = auth.logto();
            let mut same = |source, token: &str| same_organization(parts, source, token);
            let met = logto.decide(requirement, auth.verified(), &mut same)?;
            logto.remember_grant(met, &auth, &mut parts.extensions);
            Ok(Self::granted(auth, met))
        })
    }
}
