//! Checks that a token is for the resource of the requirement.

use super::{
    error::{AudienceDifference, DecisionError},
    resources::Resources,
};
use crate::{
    policy::requirement::{Requirement, RequirementKind},
    verify::Verified,
};

/// Checks the audience, if the requirement has a resource.
pub(super) fn audience_fits(
    requirement: &Requirement,
    token: &Verified,
    resources: &Resources,
) -> Result<(), DecisionError> {
    match requirement.kind() {
        // The audience of such a token is the organization, which `organization_fits` checks.
        RequirementKind::OrganizationPermission => Ok(()),
        _ => audience_is(token, resources.audience_of(requirement)?),
    }
}

/// Checks that the audience contains the resource indicator (RFC 9068 §4), compared byte for byte
/// (RFC 8707 §2).
pub(crate) fn audience_is(token: &Verified, resource: &str) -> Result<(), DecisionError> {
    if token.audience().any(|audience| audience == resource) {
        return Ok(());
    }
    Err(DecisionError::Audience(AudienceDifference::between(
        token, resource,
    )))
}
