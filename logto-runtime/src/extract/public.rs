//! The mark of a handler that everyone may call.

use std::convert::Infallible;

use axum::extract::FromRequestParts;
use http::request::Parts;

/// What `#[public]` puts in front of a handler: it lets everyone in, and says so.
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
