//! The organization of a request: where it is named, and that it is the token's.

use std::{borrow::Borrow, fmt, sync::Arc};

use http::HeaderMap;
use serde::{Serialize, Serializer};

use crate::{
    decision::DecisionError, misconfiguration::Misconfiguration, requirement::OrganizationSource,
};

/// Path parameters that name the organization unless a guard says otherwise.
const PARAMETERS: [&str; 4] = ["organization_id", "organizationId", "org_id", "orgId"];

/// The id of an organization that the caller's verified token belongs to, and the request is about.
///
/// There is no way to make one from text: a repository function that takes it can't be fed from
/// the path. As an extractor it follows the same rule as an organization guard without `org`,
/// unless a guard with `org` stands before it on a route that this rule can't judge; a token
/// without an organization is refused with 401.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct OrganizationId(Arc<str>);

impl OrganizationId {
    /// Only for what was read from a verified token and compared with the request.
    pub(crate) fn bound(id: &str) -> Self {
        Self(id.into())
    }

    /// The id as text.
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

/// What routing has told about a request; `P` goes through names and values.
#[derive(Clone, Debug)]
pub(crate) enum PathParameters<P> {
    /// They are known, each percent-decoded once; there may be none.
    Known(P),
    /// One of them is no UTF-8 after decoding.
    NotUtf8,
    /// Routing has not ended here, so that there may be more.
    Unrouted(P),
}

/// Compares the token's organization with the one in the request, byte for byte.
pub(crate) fn in_request<'a, P>(
    source: OrganizationSource,
    parameters: PathParameters<P>,
    headers: &HeaderMap,
    token: &str,
) -> Result<(), DecisionError>
where
    P: IntoIterator<Item = (&'a str, &'a str)>,
{
    match source {
        OrganizationSource::Token => Ok(()),
        OrganizationSource::Header(name) => in_header(headers, name, token),
        OrganizationSource::Path(name) => in_parameter(parameters, name, token),
        OrganizationSource::Route => in_route(parameters, token),
    }
}

/// Compares the token's organization with one that was passed in.
pub(crate) fn declared(
    source: OrganizationSource,
    organization: Option<&str>,
    token: &str,
) -> Result<(), DecisionError> {
    match (organization, source) {
        (Some(organization), _) => same(organization, token),
        (None, OrganizationSource::Route | OrganizationSource::Token) => Ok(()),
        (None, OrganizationSource::Path(_) | OrganizationSource::Header(_)) => {
            Err(DecisionError::OrganizationMismatch)
        }
    }
}

fn same(organization: &str, token: &str) -> Result<(), DecisionError> {
    if !organization.is_empty() && organization == token {
        return Ok(());
    }
    Err(DecisionError::OrganizationMismatch)
}

/// A header that came twice may be read differently behind us: refused.
fn in_header(headers: &HeaderMap, name: &str, token: &str) -> Result<(), DecisionError> {
    let mut values = headers.get_all(name).iter();
    let (Some(value), None) = (values.next(), values.next()) else {
        return Err(DecisionError::OrganizationMismatch);
    };
    let text = value
        .to_str()
        .map_err(|_| DecisionError::OrganizationMismatch)?;
    same(text, token)
}

fn in_parameter<'a>(
    parameters: PathParameters<impl IntoIterator<Item = (&'a str, &'a str)>>,
    name: &'static str,
    token: &str,
) -> Result<(), DecisionError> {
    let known = match parameters {
        PathParameters::Known(known) | PathParameters::Unrouted(known) => known,
        PathParameters::NotUtf8 => return Err(DecisionError::OrganizationMismatch),
    };
    let mut found = false;
    for (_, value) in known.into_iter().filter(|(known, _)| *known == name) {
        found = true;
        same(value, token)?;
    }
    if !found {
        return Err(Misconfiguration::NoSuchPathParameter(name).into());
    }
    Ok(())
}

/// All recognised parameters, at any depth of nesting. Where there are parameters and none is
/// recognised, or where there may be more to come, a guess is how tenants come to read each
/// other's data.
fn in_route<'a>(
    parameters: PathParameters<impl IntoIterator<Item = (&'a str, &'a str)>>,
    token: &str,
) -> Result<(), DecisionError> {
    let (known, ended) = match parameters {
        PathParameters::Known(known) => (known, true),
        PathParameters::Unrouted(known) => (known, false),
        PathParameters::NotUtf8 => return Err(DecisionError::OrganizationMismatch),
    };
    let (mut any, mut named) = (false, false);
    for (name, value) in known {
        any = true;
        if PARAMETERS.contains(&name) {
            named = true;
            same(value, token)?;
        }
    }
    if !ended {
        return Err(Misconfiguration::OutsideRouting.into());
    }
    if any && !named {
        return Err(Misconfiguration::UnrecognisedPathParameters.into());
    }
    Ok(())
}
