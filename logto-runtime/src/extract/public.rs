//! [`Public`], the argument that marks a handler as public.

use std::convert::Infallible;

use axum::extract::FromRequestParts;
use http::request::Parts;

/// The argument that `#[public]` adds to a handler. It accepts every request.
#[derive(Clone, Copy, Debug)]
pub struct Public(());

#[cfg(feature = "test-util")]
impl Public {
    pub(crate) fn for_test() -> Self {
        Self(())
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Public {
    type Rejection = Infallible;

    async fn from_request_parts(_: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(Self(()))
    }
}
