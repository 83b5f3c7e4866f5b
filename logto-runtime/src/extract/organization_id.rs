//! [`OrganizationId`], and its extractor.

use std::{borrow::Borrow, fmt, future::Future, sync::Arc};

use axum::extract::{FromRequestParts, OptionalFromRequestParts};
use http::request::Parts;
use serde::{Serialize, Serializer};

use super::{
    auth_info::with_our_audience,
    authenticate::{Extracting, authenticate},
    routing::{InRequest, Place},
    under::FromLogto,
};
use crate::{
    answer::Rejection,
    decide::{DecisionError, Requested as _},
    logto::{Logto, asked::Asked, auth_info::AuthInfo, state::LogtoState},
    policy::requirement::OrganizationSource,
};

/// The id of the organization that the caller's verified token belongs to and the request is for.
///
/// It can't be created from text, so a database function that takes one can't be called with an
/// unchecked id from the path.
///
/// As an extractor it follows the rule of an organization guard without `org`. If that rule can't
/// decide for the route, a guard with `org` that ran before is enough. A token without an
/// organization is rejected with 401.
///
/// `Option<OrganizationId>` is for handlers with alternatives. It is `None` if the token does not
/// name an organization and a guard of this handler accepted it under an alternative that is not
/// about organizations, or under `org = any`. In all other cases the rule above applies.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct OrganizationId(Arc<str>);

impl OrganizationId {
    /// Wraps an id that was read from a verified token and compared with the request.
    pub(crate) fn bound(id: &str) -> Self {
        Self(id.into())
    }

    /// Returns the id as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl AsRef<str> for OrganizationId {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

impl Borrow<str> for OrganizationId {
    fn borrow(&self) -> &str {
        &self.0
    }
}

impl PartialEq<str> for OrganizationId {
    fn eq(&self, other: &str) -> bool {
        *self.0 == *other
    }
}

impl PartialEq<&str> for OrganizationId {
    fn eq(&self, other: &&str) -> bool {
        *self.0 == **other
    }
}

impl fmt::Display for OrganizationId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for OrganizationId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "OrganizationId({:?})", &*self.0)
    }
}

impl Serialize for OrganizationId {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

impl<S> FromRequestParts<S> for OrganizationId
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

impl FromLogto for OrganizationId {
    fn from_logto(parts: &mut Parts, logto: Option<Logto>) -> Extracting<'_, Self> {
        extract(parts, logto, bound_to)
    }
}

impl<S> OptionalFromRequestParts<S> for OrganizationId
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

impl FromLogto for Option<OrganizationId> {
    fn from_logto(parts: &mut Parts, logto: Option<Logto>) -> Extracting<'_, Self> {
        extract(parts, logto, |auth, parts| {
            let of_token = auth.organization_id();
            let unneeded = auth
                .logto()
                .granted_without_organization(auth, &parts.extensions);
            if of_token.is_none() && unneeded {
                return Ok(None);
            }
            bound_to(auth, parts).map(Some)
        })
    }
}

fn extract<T>(
    parts: &mut Parts,
    logto: Option<Logto>,
    read: impl FnOnce(&AuthInfo, &mut Parts) -> Result<T, DecisionError> + Send + 'static,
) -> Extracting<'_, T> {
    authenticate(parts, logto, None, |auth, parts| {
        let auth = with_our_audience(auth, parts)?;
        read(&auth, parts).map_err(|error| {
            let asked = Asked::in_request(None, &parts.extensions);
            auth.logto().reject(error, asked, Some(auth.verified()))
        })
    })
}

fn bound_to(auth: &AuthInfo, parts: &mut Parts) -> Result<OrganizationId, DecisionError> {
    let id = auth
        .organization_id()
        .ok_or(DecisionError::OrganizationMissing)?;
    match InRequest::new(parts, Place::Handler).compare(OrganizationSource::Route, id) {
        // The rule can't decide for this route, but a guard has compared the organization where
        // its `org` says.
        Err(DecisionError::Misconfigured(_))
            if auth.logto().organization_compared(auth, &parts.extensions) => {}
        compared => compared?,
    }
    Ok(OrganizationId::bound(id))
}
