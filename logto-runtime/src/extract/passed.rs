//! What an attribute puts in front of a function.

use std::{fmt, future::Future, marker::PhantomData};

use axum::extract::FromRequestParts;
use futures_util::TryFutureExt as _;
use http::request::Parts;

use super::grant::pass;
use crate::{answer::Rejection, logto::state::LogtoState, policy::Policy};

/// Proof that the caller of this request meets a policy, and nothing else.
///
/// Decides as [`Guard`](crate::Guard) does. It keeps nothing of the caller, since the argument has no
/// name by which it could be asked; a `Guard` with its `AuthInfo` takes a fifth more of a build.
pub struct Passed<P>(PhantomData<fn() -> P>);

#[cfg(feature = "test-util")]
impl<P: Policy> Passed<P> {
    /// Decides nothing.
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
    P: Policy,
    S: LogtoState,
{
    type Rejection = Rejection;

    fn from_request_parts(
        parts: &mut Parts,
        state: &S,
    ) -> impl Future<Output = Result<Self, Rejection>> + Send {
        pass(parts, state.logto(), &P::REQUIREMENT).map_ok(|()| Self(PhantomData))
    }
}
