//! Checks that a token is for the resource of the requirement.

use super::{
    error::{AudienceDifference, DecisionError},
    misconfiguration::Misconfiguration,
};
use crate::{
    config::Resources,
    policy::requirement::{Requirement, RequirementKind},
    verify::Verified,
};

/// Checks the audience of the token. Skips requirements of organization permissions, which have no resource.
pub(super) fn audience_fits(
    requirement: &Requirement,
    token: &Verified,
    resources: &Resources,
) -> Result<(), DecisionError> {
    match requirement.kind() {
        // The audience must be an organization. `organization_fits` checks that.
        RequirementKind::OrganizationPermission => Ok(()),
        _ => audience_is(token, resource_of(requirement, resources)?),
    }
}

/// Returns the indicator of the requirement's resource. Must not be called for an organization permission,
/// because it does not have a resource.
pub(crate) fn resource_of<'a>(
    requirement: &'a Requirement,
    resources: &'a Resources,
) -> Result<&'a str, Misconfiguration> {
    let resource = requirement.resource();
    resources
        .indicator_of(resource)
        .ok_or_else(|| Misconfiguration::UnknownResource(resource.unwrap_or_default()))
}

/// Checks that the audience contains the resource indicator (RFC 9068 §4). The comparison is byte for byte
/// (RFC 7519 §2).
pub(crate) fn audience_is(token: &Verified, resource: &str) -> Result<(), DecisionError> {
    if token.audience().any(|audience| audience == resource) {
        return Ok(());
    }
    Err(DecisionError::Audience(AudienceDifference::between(
        token, resource,
    )))
}
