//! `OrganizationId` as an extractor.

use axum::extract::FromRequestParts;
use http::request::Parts;

use super::same_organization;
use crate::{
    AuthInfo, OrganizationId, Rejection, decision::DecisionError, logto::LogtoState,
    requirement::OrganizationSource,
};

impl<S> FromRequestParts<S> for OrganizationId
where
    S: LogtoState + Send + Sync,
{
    type Rejection = Rejection;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Rejection> {
        let auth = AuthInfo::from_request_parts(parts, state).await?;
        let id = auth
            .organization_id()
            .ok_or(DecisionError::OrganizationMissing);
        id.and_then(|id| {
            match same_organization(parts, OrganizationSource::Route, id) {
                // A guard with an `org` of its own has found it where nobody else could.
                Err(DecisionError::Misconfigured(_))
                    if auth.logto().organization_compared(&auth, &parts.extensions) => {}
                compared => compared?,
            }
            Ok(Self::bound(id))
        })
        .map_err(|error| auth.logto().reject(error, None, Some(auth.verified())))
    }
}
