//! `AuthInfo` and `Option<AuthInfo>` as extractors.

use std::future::Future;

use axum::extract::{FromRequestParts, OptionalFromRequestParts};
use http::request::Parts;

use super::authenticate::authenticate;
use crate::{
    answer::Rejection,
    logto::{auth_info::AuthInfo, state::LogtoState},
};

impl<S> FromRequestParts<S> for AuthInfo
where
    S: LogtoState,
{
    type Rejection = Rejection;

    fn from_request_parts(
        parts: &mut Parts,
        state: &S,
    ) -> impl Future<Output = Result<Self, Rejection>> + Send {
        authenticate(parts, state.logto(), None, with_our_audience)
    }
}

/// Returns `None` only if nothing that could be a token is where
/// [`token_source`](crate::LogtoBuilder::token_source) says. Bad credentials are rejected.
impl<S> OptionalFromRequestParts<S> for AuthInfo
where
    S: LogtoState + Send + Sync,
{
    type Rejection = Rejection;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Option<Self>, Rejection> {
        // Without a `Logto`, nobody knows where to look. The extraction below answers 500.
        if state
            .logto()
            .is_some_and(|logto| logto.finds_no_token(parts))
        {
            return Ok(None);
        }
        <Self as FromRequestParts<S>>::from_request_parts(parts, state)
            .await
            .map(Some)
    }
}

/// Rejects a caller whose token is not for this service. Accepts any resource of the builder.
pub(super) fn with_our_audience(auth: AuthInfo, parts: &mut Parts) -> Result<AuthInfo, Rejection> {
    auth.logto().audience_is_ours(&auth, &parts.extensions)?;
    Ok(auth)
}
