//! Checks the organization of a token, and compares it with the organization that the request names.

use http::HeaderMap;

use super::{
    error::DecisionError,
    misconfiguration::Misconfiguration,
    request_trait::{KnownParameters, Requested},
};
use crate::{
    policy::requirement::{OrganizationSource, Requirement, RequirementKind},
    verify::Verified,
};

/// The names of path parameters that are recognised as the organization of a request.
const RECOGNISED: [&str; 4] = ["organization_id", "organizationId", "org_id", "orgId"];

/// The organization that a call of `AuthInfo::check_in` names; `None` for a call of `AuthInfo::check`.
pub(crate) struct Declared<'a>(pub(crate) Option<&'a str>);

/// The path parameters that a guard can see. `P` iterates over names and values.
#[derive(Clone, Debug)]
pub(crate) enum PathParameters<P> {
    /// These parameters, percent-decoded once. The list can be empty.
    Known {
        parameters: P,
        /// Whether there can't be further parameters.
        all: bool,
    },
    /// A parameter is not UTF-8 after decoding.
    NotUtf8,
}

/// Which path parameters a request has.
struct Recognised {
    /// Whether there is a path parameter.
    any: bool,
    /// Whether a path parameter has a recognised name.
    named: bool,
    /// Whether all path parameters are known.
    all: bool,
}

impl Requested for Declared<'_> {
    /// If the call does not name an organization, a token of any organization matches the sources `Route` and
    /// `Token`. `Path` and `Header` are mismatches, because the call has no path and no headers. `Any` is
    /// unreachable here, and must not grant access.
    fn compare_organization(
        &mut self,
        source: OrganizationSource,
        of_token: &str,
    ) -> Result<(), DecisionError> {
        match (self.0, source) {
            (Some(organization), _) => same(organization, of_token),
            (None, OrganizationSource::Route | OrganizationSource::Token) => Ok(()),
            (
                None,
                OrganizationSource::Path(_)
                | OrganizationSource::Header(_)
                | OrganizationSource::Any,
            ) => Err(DecisionError::OrganizationMismatch),
        }
    }

    /// Returns a mismatch, because the call does not name a user.
    fn compare_subject(&mut self, _: &'static str, _: &str) -> Result<(), DecisionError> {
        Err(DecisionError::SubjectMismatch)
    }

    fn names_organization(&mut self) -> Result<bool, DecisionError> {
        Ok(self.0.is_some())
    }

    fn known_path_parameters(&mut self) -> KnownParameters {
        KnownParameters::All
    }
}

/// Checks the organization of the token:
///
/// - `#[require_auth]` accepts tokens with or without an organization.
/// - A requirement of global scopes rejects tokens with an organization.
/// - An organization requirement rejects tokens without an organization. It compares the token's organization
///   with the organization that the request names.
pub(super) fn organization_fits(
    requirement: &Requirement,
    token: &Verified,
    request: &mut dyn Requested,
) -> Result<(), DecisionError> {
    let of_token = match requirement.kind() {
        RequirementKind::Authenticated => return Ok(()),
        RequirementKind::Scopes => match token.organization_claim() {
            None => return Ok(()),
            Some(_) => return Err(DecisionError::OrganizationNotAccepted),
        },
        RequirementKind::OrganizationPermission => token.audience_organization(),
        RequirementKind::OrganizationScopes => token.organization_claim(),
        // Unreachable: `evaluate_alternatives` handles `Alternatives`, and `is_enforceable` rejects `ByHand`.
        // This arm must not grant access.
        RequirementKind::Alternatives | RequirementKind::ByHand => {
            return Err(DecisionError::InsufficientScope {
                none_granted: false,
            });
        }
    };
    let of_token = of_token.ok_or_else(|| organization_missing(token))?;
    request.compare_organization(requirement.organization(), of_token)
}

/// Compares the token's organization with the one that the request names at `source`, byte for byte.
pub(crate) fn in_request<'a, P>(
    source: OrganizationSource,
    parameters: PathParameters<P>,
    headers: &HeaderMap,
    of_token: &str,
) -> Result<(), DecisionError>
where
    P: IntoIterator<Item = (&'a str, &'a str)>,
{
    match source {
        OrganizationSource::Path(name) => in_parameter(parameters, name, of_token),
        OrganizationSource::Route => in_route(parameters, of_token),
        // The path must not contradict the header or the token, because handlers read the path.
        OrganizationSource::Header(name) => {
            in_header(headers, name, of_token)?;
            recognised(parameters, of_token).map(drop)
        }
        OrganizationSource::Token => recognised(parameters, of_token).map(drop),
        // Unreachable: `with_organization` panics for `Any` on an organization requirement. This arm must not
        // grant access.
        OrganizationSource::Any => Err(DecisionError::OrganizationMismatch),
    }
}

fn organization_missing(token: &Verified) -> DecisionError {
    match token.organization_claim() {
        Some(_) => DecisionError::OrganizationOnlyInClaim,
        None => DecisionError::OrganizationMissing,
    }
}

/// Returns whether a matched route has a parameter that is recognised as an organization. A parameter is a
/// whole segment, or the end of a segment, as in `/org-{org_id}`.
pub(crate) fn is_named_in(route: &str) -> bool {
    // A doubled brace is an escaped brace.
    let route = route.replace("{{", "").replace("}}", "");
    let names_one = |rest: &str| {
        rest.split_once('}')
            .is_some_and(|(name, _)| RECOGNISED.contains(&name.trim_start_matches('*')))
    };
    route.split('{').skip(1).any(names_one)
}

/// Returns whether one of these parameter names is recognised as an organization.
pub(crate) fn is_named<'a>(mut parameters: impl Iterator<Item = &'a str>) -> bool {
    parameters.any(|name| RECOGNISED.contains(&name))
}

fn same(organization: &str, of_token: &str) -> Result<(), DecisionError> {
    if !organization.is_empty() && organization == of_token {
        return Ok(());
    }
    Err(DecisionError::OrganizationMismatch)
}

/// Compares the value of this header with the token's organization. Fails if they differ, or if the header is
/// missing, repeated or not visible ASCII. With a repeated header, a server behind this one could read
/// the other value.
fn in_header(headers: &HeaderMap, name: &str, of_token: &str) -> Result<(), DecisionError> {
    let mut values = headers.get_all(name).iter();
    let (Some(value), None) = (values.next(), values.next()) else {
        return Err(DecisionError::OrganizationMismatch);
    };
    let text = value
        .to_str()
        .map_err(|_| DecisionError::OrganizationMismatch)?;
    same(text, of_token)
}

/// Compares every parameter of this name with the token's organization. Fails
///
/// - if one of them differs,
/// - if the request does not have such a parameter,
/// - if a path parameter of any name is not UTF-8, or
/// - if further parameters can be unknown.
fn in_parameter<'a>(
    parameters: PathParameters<impl IntoIterator<Item = (&'a str, &'a str)>>,
    name: &'static str,
    of_token: &str,
) -> Result<(), DecisionError> {
    let PathParameters::Known { parameters, all } = parameters else {
        return Err(DecisionError::OrganizationMismatch);
    };
    let mut found = false;
    for (_, value) in parameters.into_iter().filter(|(known, _)| *known == name) {
        found = true;
        same(value, of_token)?;
    }
    if !all {
        return Err(Misconfiguration::OutsideRouting.into());
    }
    if !found {
        return Err(Misconfiguration::NoSuchPathParameter(name).into());
    }
    Ok(())
}

/// Compares every recognised parameter with the token's organization. Parameters of outer routers count, too.
/// Fails
///
/// - if one of them differs,
/// - if there are path parameters, but none of them is recognised,
/// - if a path parameter of any name is not UTF-8, or
/// - if further parameters can be unknown.
///
/// Does not guess which parameter names the organization. A wrong guess could let one organization read the
/// data of another.
fn in_route<'a>(
    parameters: PathParameters<impl IntoIterator<Item = (&'a str, &'a str)>>,
    of_token: &str,
) -> Result<(), DecisionError> {
    let Recognised { any, named, all } = recognised(parameters, of_token)?;
    if !all {
        return Err(Misconfiguration::OutsideRouting.into());
    }
    if any && !named {
        return Err(Misconfiguration::UnrecognisedPathParameters.into());
    }
    Ok(())
}

/// Compares every recognised parameter with the token's organization. Returns which path parameters the
/// request has.
fn recognised<'a>(
    parameters: PathParameters<impl IntoIterator<Item = (&'a str, &'a str)>>,
    of_token: &str,
) -> Result<Recognised, DecisionError> {
    let PathParameters::Known { parameters, all } = parameters else {
        return Err(DecisionError::OrganizationMismatch);
    };
    let (mut any, mut named) = (false, false);
    for (name, value) in parameters {
        any = true;
        if RECOGNISED.contains(&name) {
            named = true;
            same(value, of_token)?;
        }
    }
    Ok(Recognised { any, named, all })
}

#[cfg(test)]
mod tests {
    use super::is_named_in;

    #[test]
    fn a_recognised_parameter_is_found_in_a_whole_segment_and_at_the_end_of_a_segment() {
        for (route, named) in [
            ("/{org_id}", true),
            ("/o/{organization_id}/members", true),
            ("/{id}/{*orgId}", true),
            ("/org-{org_id}", true),
            ("/org-{organizationId}/{id}", true),
            ("/{{a}}-{org_id}", true),
            ("/{{{org_id}", true),
            ("/org_id", false),
            ("/{id}", false),
            ("/{target_org_id}", false),
            ("/{{org_id}}", false),
            ("", false),
        ] {
            assert_eq!(is_named_in(route), named, "{route}");
        }
    }
}
