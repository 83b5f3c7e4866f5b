//! `AuthInfo` and `Option<AuthInfo>` as extractors.

use axum::extract::{FromRequestParts, OptionalFromRequestParts};
use http::{header::AUTHORIZATION, request::Parts};

use super::authenticate::{authenticate, logto_of};
use crate::{AuthInfo, Rejection, logto::LogtoState};

impl<S> FromRequestParts<S> for AuthInfo
where
    S: LogtoState + Send + Sync,
{
    type Rejection = Rejection;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Rejection> {
        let logto = logto_of(state, None)?;
        let auth = authenticate(parts, &logto, None).await?;
        logto.audience_is_ours(&auth, &parts.extensions)?;
        Ok(auth)
    }
}

/// Absent credentials are no caller; bad ones are refused, never taken for absent.
impl<S> OptionalFromRequestParts<S> for AuthInfo
where
    S: LogtoState + Send + Sync,
{
    type Rejection = Rejection;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Option<Self>, Rejection> {
        if !parts.headers.contains_key(AUTHORIZATION) {
            return Ok(None);
        }
        <Self as FromRequestParts<S>>::from_request_parts(parts, state)
            .await
            .map(Some)
    }
}
