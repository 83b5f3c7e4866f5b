//! Rejects a request that names an organization, if the guard has global scopes without `org = any`.
//!
//! If a client asks for a token without `organization_id`, Logto issues a token with the scopes of all
//! organizations of the user. A global guard would accept that token in requests for any organization.

use super::{error::DecisionError, misconfiguration::Misconfiguration};
use crate::policy::requirement::Requirement;

/// Returns `Ok` if the requirement is not global. For a global requirement, fails if the request names an
/// organization, or if `names_organization` fails. Does not look at the token.
pub(super) fn check(
    requirement: &Requirement,
    names_organization: impl FnOnce() -> Result<bool, DecisionError>,
) -> Result<(), DecisionError> {
    if requirement.is_global() && names_organization()? {
        return Err(Misconfiguration::GlobalWhereOrganizationIsNamed.into());
    }
    Ok(())
}
