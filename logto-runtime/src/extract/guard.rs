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
    authenticate::Extracting,
    grant::{Grant, Keep},
    organization::OrganizationId,
};
use crate::{
    answer::Rejection,
    logto::{auth_info::AuthInfo, state::LogtoState},
    policy::Policy,
};

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
///
/// `Kept` is what it keeps of the caller: all there is, or nothing, as in the `Guard<P, ()>` that an
/// attribute puts in front of a function. That one decides the same, has no name by which it could be
/// asked for the caller, and takes less of a build. A `Guard<P>` turns into it by `into()`.
pub struct Guard<P, Kept = Grant> {
    kept: Kept,
    policy: PhantomData<fn() -> P>,
}

impl<P: Policy> Guard<P> {
    /// The caller, without the proof.
    #[must_use]
    pub fn into_auth_info(self) -> AuthInfo {
        self.kept.auth
    }

    /// Whether this policy let the caller in: of [`AnyOf`](crate::AnyOf) the one that was met
    /// first, otherwise the guard's own.
    #[must_use]
    pub fn granted_by<Q: Policy>(&self) -> bool {
        *self.kept.met == Q::REQUIREMENT
    }

    /// The organization that this guard compared with the request's; `None` for a policy that is
    /// not about organizations.
    #[must_use]
    pub fn organization(&self) -> Option<OrganizationId> {
        self.kept
            .auth
            .organization_id()
            .filter(|_| self.kept.met.wants_organization())
            .map(OrganizationId::bound)
    }
}

#[cfg(feature = "test-util")]
impl<P: Policy, Kept: From<Grant>> Guard<P, Kept> {
    /// A guard for a unit test that calls a guarded function directly: nothing is decided.
    #[cfg_attr(docsrs, doc(cfg(feature = "test-util")))]
    #[must_use]
    pub fn granted_for_test(auth: AuthInfo) -> Self {
        let met = &P::REQUIREMENT;
        Self {
            kept: Grant { auth, met }.into(),
            policy: PhantomData,
        }
    }
}

impl<P> Deref for Guard<P> {
    type Target = AuthInfo;

    fn deref(&self) -> &AuthInfo {
        &self.kept.auth
    }
}

impl<P> From<Guard<P>> for Guard<P, ()> {
    fn from(guard: Guard<P>) -> Self {
        Self {
            kept: guard.kept.into(),
            policy: PhantomData,
        }
    }
}

impl<P, Kept: Clone> Clone for Guard<P, Kept> {
    fn clone(&self) -> Self {
        Self {
            kept: self.kept.clone(),
            policy: PhantomData,
        }
    }
}

impl<P, Kept: fmt::Debug> fmt::Debug for Guard<P, Kept> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Guard").field(&self.kept).finish()
    }
}

impl<P, Kept, S> FromRequestParts<S> for Guard<P, Kept>
where
    P: Policy,
    Kept: Keep,
    S: LogtoState,
{
    type Rejection = Rejection;

    fn from_request_parts(
        parts: &mut Parts,
        state: &S,
    ) -> impl Future<Output = Result<Self, Rejection>> + Send {
        Granting {
            kept: Kept::grant(parts, state.logto(), &P::REQUIREMENT),
            policy: PhantomData::<fn() -> P>,
        }
    }
}

/// The future of a guard.
struct Granting<'a, P, Kept> {
    kept: Extracting<'a, Kept>,
    policy: PhantomData<fn() -> P>,
}

impl<P, Kept: Keep> Future for Granting<'_, P, Kept> {
    type Output = Result<Guard<P, Kept>, Rejection>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.get_mut();
        match Pin::new(&mut this.kept).poll(cx) {
            Poll::Ready(Ok(kept)) => Poll::Ready(Ok(Guard {
                kept,
                policy: this.policy,
            })),
            Poll::Ready(Err(rejection)) => Poll::Ready(Err(rejection)),
            Poll::Pending => Poll::Pending,
        }
    }
}
