//! `OrganizationId` as an extractor.

use std::future::Future;

use axum::extract::FromRequestParts;
use http::request::Parts;

use super::{auth_info::with_our_audience, authenticate::authenticate, same_organization};
use crate::{
    AuthInfo, OrganizationId, Rejection, decision::DecisionError, logto::LogtoState,
    requirement::OrganizationSource,
};

impl<S> FromRequestParts<S> for OrganizationId
where
    S: LogtoState,
{
    type Rejection = Rejection;

    fn from_request_parts(
        parts: &mut Parts,
        state: &S,
    ) -> impl Future<Output = Result<Self, Rejection>> + Send {
        authenticate(parts, state.logto(), None, |auth, parts| {
            let auth = with_our_audience(auth, parts)?;
            bound_to(&auth, parts)
                .map_err(|error| auth.logto().reject(error, None, Some(auth.verified())))
        })
    }
}

fn bound_to(auth: &AuthInfo, parts: &mut Parts) -> Result<OrganizationId, DecisionError> {
    let id = auth
        .organization_id()
        .ok_or(DecisionError::OrganizationMissing)?;
    match same_organization(parts, OrganizationSource::Route, id) {
        // A guard with an `org` of its own has found it where nobody else could.
        Err(DecisionError::Misconfigured(_))
            if auth.logto().organization_compared(auth, &parts.extensions) => {}
        compared => compared?,
    }
    Ok(OrganizationId::bound(id))
}
