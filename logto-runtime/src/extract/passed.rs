//! [`Passed`], the guard that an attribute adds to a handler.

use std::{fmt, future::Future, marker::PhantomData};

use axum::extract::FromRequestParts;
use http::request::Parts;

use super::grant::pass;
use crate::{answer::Rejection, logto::find::FindLogto, policy::AnyPolicy};

/// Proof that the caller of this request meets a policy.
///
/// Decides as [`Guard`](crate::Guard) does, but does not keep the caller. The handler could not use the
/// caller, because the argument that an attribute adds does not have a name. If `Passed` kept the `AuthInfo`,
/// a program with many handlers would compile more slowly.
pub struct Passed<P>(PhantomData<fn() -> P>);

#[cfg(feature = "test-util")]
impl<P: AnyPolicy> Passed<P> {
    /// Returns a proof for tests, without any check.
    pub(crate) fn for_test() -> Self {
        Self(PhantomData)
    }
}

impl<P> fmt::Debug for Passed<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Passed")
    }
}

impl<P, S> FromRequestParts<S> for Passed<P>
where
    P: AnyPolicy,
    P::Finder: FindLogto<S>,
{
    type Rejection = Rejection;

    fn from_request_parts(
        parts: &mut Parts,
        state: &S,
    ) -> impl Future<Output = Result<Self, Rejection>> + Send {
        let passing = pass(parts, P::Finder::find_logto(state), &P::REQUIREMENT);
        async { passing.await.map(|()| Self(PhantomData)) }
    }
}
