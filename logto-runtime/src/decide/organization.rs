//! Compares the token's organization with the one that a request names.

use http::HeaderMap;

use crate::{
    decide::{DecisionError, misconfiguration::Misconfiguration},
    policy::requirement::OrganizationSource,
};

/// The path parameters that name the organization for guards without `org`.
const PARAMETERS: [&str; 4] = ["organization_id", "organizationId", "org_id", "orgId"];

/// The path parameters of a request. `P` iterates over names and values.
#[derive(Clone, Debug)]
pub(crate) enum PathParameters<P> {
    /// Routing is complete: these are all parameters, percent-decoded once. There may be none.
    Origin(P),
    /// A parameter is not UTF-8 after decoding.
    NotUtf8,
    /// Routing is not complete: there may be further parameters.
    Unrouted(P),
}

/// Compares the token's organization with the one that the request names at `source`, byte for
/// byte.
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

/// Compares the token's organization with one that the program passes instead of a request.
///
/// Without an organization, a `source` in a path or a header can't be compared: a mismatch.
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

/// Rejects a repeated header, because a server behind this one may read the other value.
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

/// Compares every parameter that is listed in [`PARAMETERS`], at any depth of nesting.
///
/// Fails if the route has parameters and none is listed, or if there may be further parameters.
/// With a guess, one organization could read the data of another.
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
