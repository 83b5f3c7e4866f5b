//! The guard that attributes put in front of a handler.

use std::{
    fmt,
    future::Future,
    marker::PhantomData,
    ops::Deref,
    pin::Pin,
    task::{Context, Poll},
};

use axum::extract::FromRequestParts;
use http::request::Parts;

use super::{
    authenticate::{Extracting, authenticate},
    same_organization,
};
use crate::{AuthInfo, Logto, OrganizationId, Policy, Rejection, Requirement, logto::LogtoState};

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
    grant: Grant,
    policy: PhantomData<fn() -> P>,
}

impl<P: Policy> Guard<P> {
    /// A guard for a unit test that calls a guarded function directly: nothing is decided.
    #[cfg(feature = "test-util")]
    #[cfg_attr(docsrs, doc(cfg(feature = "test-util")))]
    #[must_use]
    pub fn granted_for_test(auth: AuthInfo) -> Self {
        let met = &P::REQUIREMENT;
        Self {
            grant: Grant { auth, met },
            policy: PhantomData,
        }
    }

    /// The caller, without the proof.
    #[must_use]
    pub fn into_auth_info(self) -> AuthInfo {
        self.grant.auth
    }

    /// Whether this policy let the caller in: of [`AnyOf`](crate::AnyOf) the one that was met
    /// first, otherwise the guard's own.
    #[must_use]
    pub fn granted_by<Q: Policy>(&self) -> bool {
        *self.grant.met == Q::REQUIREMENT
    }

    /// The organization that this guard compared with the request's; `None` for a policy that is
    /// not about organizations.
    #[must_use]
    pub fn organization(&self) -> Option<OrganizationId> {
        self.grant
            .auth
            .organization_id()
            .filter(|_| self.grant.met.wants_organization())
            .map(OrganizationId::bound)
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
        Self {
            grant: self.grant.clone(),
            policy: PhantomData,
        }
    }
}

impl<P> fmt::Debug for Guard<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Guard").field(&self.grant.auth).finish()
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
        Granting {
            grant: grant(parts, state.logto(), &P::REQUIREMENT),
            policy: PhantomData::<fn() -> P>,
        }
    }
}

/// What a guard knows of the caller it let in.
#[derive(Clone)]
struct Grant {
    auth: AuthInfo,
    met: &'static Requirement,
}

/// Of no policy in particular: each policy has its own type, and a program compiles whatever is
/// generic over it once for each of its handlers.
fn grant<'a>(
    parts: &'a mut Parts,
    logto: Option<Logto>,
    requirement: &'static Requirement,
) -> Extracting<'a, Grant> {
    authenticate(parts, logto, Some(requirement), move |auth, parts| {
        let logto = auth.logto();
        let mut same = |source, token: &str| same_organization(parts, source, token);
        let met = logto.decide(requirement, auth.verified(), &mut same)?;
        logto.remember_grant(met, &auth, &mut parts.extensions);
        Ok(Grant { auth, met })
    })
}

/// The future of a guard.
struct Granting<'a, P> {
    grant: Extracting<'a, Grant>,
    policy: PhantomData<fn() -> P>,
}

impl<P> Future for Granting<'_, P> {
    type Output = Result<Guard<P>, Rejection>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.get_mut();
        match Pin::new(&mut this.grant).poll(cx) {
            Poll::Ready(Ok(grant)) => Poll::Ready(Ok(Guard {
                grant,
                policy: this.policy,
            })),
            Poll::Ready(Err(rejection)) => Poll::Ready(Err(rejection)),
            Poll::Pending => Poll::Pending,
        }
    }
}
