//! `AuthInfo` and `Option<AuthInfo>` as extractors.

use std::future::{Future, ready};

use axum::extract::{FromRequestParts, OptionalFromRequestParts};
use http::request::Parts;

use super::{
    authenticate::{Extracting, authenticate},
    under::FromLogto,
};
use crate::{
    answer::Rejection,
    logto::{Logto, auth_info::AuthInfo, state::LogtoState},
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
        Self::from_logto(parts, state.logto())
    }
}

impl FromLogto for AuthInfo {
    fn from_logto(parts: &mut Parts, logto: Option<Logto>) -> Extracting<'_, Self> {
        authenticate(parts, logto, None, |auth, parts| {
            let auth = with_our_audience(auth, parts)?;
            auth.report_granted();
            Ok(auth)
        })
    }
}

/// Returns `None` if all places in which the `Logto` looks for a token are empty. Otherwise decides as
/// `AuthInfo` does.
impl<S> OptionalFromRequestParts<S> for AuthInfo
where
    S: LogtoState,
{
    type Rejection = Rejection;

    fn from_request_parts(
        parts: &mut Parts,
        state: &S,
    ) -> impl Future<Output = Result<Option<Self>, Rejection>> + Send {
        Option::from_logto(parts, state.logto())
    }
}

impl FromLogto for Option<AuthInfo> {
    fn from_logto(parts: &mut Parts, logto: Option<Logto>) -> Extracting<'_, Self> {
        // Without a `Logto`, the places of tokens are unknown. Then `authenticate` below answers 500.
        if (logto.as_ref()).is_some_and(|logto| logto.finds_no_token(parts)) {
            return Extracting::Left(ready(Ok(None)));
        }
        authenticate(parts, logto, None, |auth, parts| {
            let auth = with_our_audience(auth, parts)?;
            auth.report_granted();
            Ok(Some(auth))
        })
    }
}

/// Rejects a caller whose token is not for this service (see [`check_audience`](Logto::check_audience)).
pub(super) fn with_our_audience(auth: AuthInfo, parts: &mut Parts) -> Result<AuthInfo, Rejection> {
    auth.logto().check_audience(&auth, &parts.extensions)?;
    Ok(auth)
}
