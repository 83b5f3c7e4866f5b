//! [`ByHand`], an argument of handlers that check their callers by hand.

use std::{convert::Infallible, fmt, marker::PhantomData};

use axum::extract::FromRequestParts;
use http::request::Parts;

/// The argument that `#[guarded_by("…")]` adds to a handler. It accepts every request, because the
/// handler itself checks its callers. The requirement of `P` describes what the handler checks.
pub struct ByHand<P>(PhantomData<fn() -> P>);

#[cfg(feature = "test-util")]
impl<P> ByHand<P> {
    pub(crate) fn for_test() -> Self {
        Self(PhantomData)
    }
}

impl<P> fmt::Debug for ByHand<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ByHand")
    }
}

impl<P, S: Send + Sync> FromRequestParts<S> for ByHand<P> {
    type Rejection = Infallible;

    async fn from_request_parts(_: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(Self(PhantomData))
    }
}
