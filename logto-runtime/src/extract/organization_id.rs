//! [`OrganizationId`], and its extractor.

use std::{fmt, future::Future, sync::Arc};

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
    decide::{DecisionError, Requested as _, misconfiguration::Misconfiguration},
    logto::{Logto, auth_info::AuthInfo, rejection_context::RejectionContext, state::LogtoState},
    policy::requirement::OrganizationSource,
};

/// The id of an organization. The request is about this organization, and the caller's verified token names
/// the same one.
///
/// It can't be created from text by mistake. If a database function takes an `OrganizationId`, a call with an
/// unchecked id from the path does not compile. Only [`from_trusted_storage`](Self::from_trusted_storage) and
/// [`from_trusted_storage_of`](Self::from_trusted_storage_of) accept text. Both are for jobs.
///
/// As an extractor, it compares the token's organization with the route, as an organization guard without
/// `org` does. The recognised names of path parameters are `organization_id`, `organizationId`, `org_id` and
/// `orgId`. On a route that has only parameters with other names, a guard, or an alternative of a guard, must
/// say with `org` where the request names its organization. A token without an organization is rejected with
/// 401.
///
/// `Option<OrganizationId>` is for handlers with alternatives. It is `None` if the token does not name an
/// organization, and a guard of this handler accepted the token in one of two ways:
///
/// - under a policy with `org = any`
/// - under an alternative that is not about organizations, in a guard with another alternative that is about
///   organizations
///
/// In all other cases, it behaves like `OrganizationId`.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct OrganizationId {
    id: Arc<str>,
    /// The issuer of the organization's tenant. [`issuer`](Self::issuer) says when it is absent.
    issuer: Option<Arc<str>>,
}

impl OrganizationId {
    /// Wraps the organization of the caller's token. If a request or a message names an organization, compare
    /// it with the token's before this call.
    pub(crate) fn bound(id: &str, auth: &AuthInfo) -> Self {
        Self {
            id: id.into(),
            issuer: auth.logto().name_among_several().map(Into::into),
        }
    }

    /// Makes an id for work outside a request, such as a job that acts for an organization.
    ///
    /// **This checks nothing.** Pass only an id that this service has stored itself, for example in a table
    /// of jobs. The stored id must come from an `OrganizationId` behind a guard. Do not pass an id from a
    /// request, from a message of a client or from a webhook.
    ///
    /// A search for `from_trusted_storage` finds every place that makes an id without a token.
    ///
    /// ```
    /// use logto_runtime::OrganizationId;
    ///
    /// struct Job {
    ///     organization: String, // written by a handler from its `OrganizationId`
    /// }
    ///
    /// async fn run(job: Job) {
    ///     let organization = OrganizationId::from_trusted_storage(job.organization);
    ///     send_invoices(&organization).await;
    /// }
    /// # async fn send_invoices(_: &OrganizationId) {}
    /// ```
    ///
    /// When the job runs, the user who created it may have left the organization. If the job acts for that
    /// user, ask Logto whether the user is still a member.
    #[must_use]
    pub fn from_trusted_storage(id: impl Into<Arc<str>>) -> Self {
        Self {
            id: id.into(),
            issuer: None,
        }
    }

    /// Makes an id for work outside a request, from a stored issuer and a stored id.
    ///
    /// Use this in place of [`from_trusted_storage`](Self::from_trusted_storage) in a service that accepts
    /// several tenants ([`Logto::any_of`](crate::Logto::any_of)). This does not check anything either.
    #[must_use]
    pub fn from_trusted_storage_of(issuer: impl Into<Arc<str>>, id: impl Into<Arc<str>>) -> Self {
        Self {
            id: id.into(),
            issuer: Some(issuer.into()),
        }
    }

    /// Returns the id as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.id
    }

    /// Returns the issuer of the organization's tenant. Returns `None` for an id from
    /// [`from_trusted_storage`](Self::from_trusted_storage). An id from a token has an issuer only if the
    /// service accepts several tenants ([`Logto::any_of`](crate::Logto::any_of)).
    ///
    /// A tenant with a custom domain has two issuers. Then this is the first
    /// [`issuer`](crate::LogtoBuilder::issuer) of the tenant's builder, whichever issuer the token has.
    ///
    /// Two `OrganizationId`s are equal only if their issuers are equal too. Organizations of two tenants are
    /// different, even if they have the same id.
    #[must_use]
    pub fn issuer(&self) -> Option<&str> {
        self.issuer.as_deref()
    }
}

impl AsRef<str> for OrganizationId {
    fn as_ref(&self) -> &str {
        &self.id
    }
}

impl PartialEq<str> for OrganizationId {
    fn eq(&self, other: &str) -> bool {
        *self.id == *other
    }
}

impl PartialEq<&str> for OrganizationId {
    fn eq(&self, other: &&str) -> bool {
        *self.id == **other
    }
}

impl fmt::Display for OrganizationId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.id)
    }
}

impl fmt::Debug for OrganizationId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "OrganizationId({:?})", &*self.id)
    }
}

impl Serialize for OrganizationId {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.id)
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

/// Authenticates a request, and reads its organization.
fn extract<T>(
    parts: &mut Parts,
    logto: Option<Logto>,
    read: impl FnOnce(&AuthInfo, &mut Parts) -> Result<T, DecisionError> + Send + 'static,
) -> Extracting<'_, T> {
    authenticate(parts, logto, None, |auth, parts| {
        let auth = with_our_audience(auth, parts)?;
        let organization = read(&auth, parts).map_err(|error| {
            let context = RejectionContext::in_request(None, &parts.extensions);
            auth.logto().reject(error, context, Some(auth.verified()))
        })?;
        auth.report_granted();
        Ok(organization)
    })
}

/// Returns the caller's organization if the request is about the same one.
fn bound_to(auth: &AuthInfo, parts: &mut Parts) -> Result<OrganizationId, DecisionError> {
    let id = auth
        .organization_id()
        .ok_or(DecisionError::OrganizationMissing)?;
    let mut request = InRequest::new(parts, Place::Handler);
    match request.compare_organization(OrganizationSource::Route, id) {
        Err(DecisionError::Misconfigured(error)) => compare_as_guards_say(auth, parts, id, error)?,
        compared => compared?,
    }
    Ok(OrganizationId::bound(id, auth))
}

/// Compares the token's organization in the places that guards of this request name with `org`. The names of
/// the path parameters do not say which one is the organization; `error` says why.
///
/// The guards can have compared it already. If the caller met an alternative that does not compare the
/// organization, the other alternatives name the places.
fn compare_as_guards_say(
    auth: &AuthInfo,
    parts: &mut Parts,
    id: &str,
    error: Misconfiguration,
) -> Result<(), DecisionError> {
    let logto = auth.logto();
    if logto.organization_compared(auth, &parts.extensions) {
        return Ok(());
    }
    let sources = logto.uncompared_sources(auth, &parts.extensions);
    if sources.is_empty() {
        return Err(error.into());
    }
    let mut request = InRequest::new(parts, Place::Handler);
    (sources.into_iter()).try_for_each(|source| request.compare_organization(source, id))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_compared_and_shown_as_its_text() {
        let organization = OrganizationId::from_trusted_storage("acme");
        for (other, equal) in [
            ("acme", true),
            ("Acme", false),
            ("acm", false),
            ("acme ", false),
            ("globex", false),
            ("", false),
        ] {
            assert_eq!(organization == *other, equal, "{other}");
            assert_eq!(organization == other, equal, "{other}");
        }
        assert_eq!(organization.as_ref(), "acme");
        assert_eq!(organization.to_string(), "acme");
        assert_eq!(format!("{organization:?}"), "OrganizationId(\"acme\")");
    }
}
