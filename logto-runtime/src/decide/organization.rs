//! The organization of a request: where it is named, and that it is the token's.

use http::HeaderMap;

use crate::{
    decide::{DecisionError, misconfiguration::Misconfiguration},
    policy::requirement::OrganizationSource,
};

/// Path parameters that name the organization unless a guard says otherwise.
const PARAMETERS: [&str; 4] = ["organization_id", "organizationId", "org_id", "orgId"];

/// What routing has told about a request; `P` goes through names and values.
#[derive(Clone, Debug)]
pub(crate) enum PathParameters<P> {
    /// They are known, each percent-decoded once; there may be none.
    Origin(P),
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
        PathParameters::Origin(known) | PathParameters::Unrouted(known) => known,
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
        PathParameters::Origin(known) => (known, true),
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
