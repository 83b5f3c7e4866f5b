//! A guard with global scopes must not stand where the request names an organization, unless the guard has
//! `org = any`.
//!
//! If a client asks for an API without `organization_id`, Logto issues a token with the scopes of all
//! organizations of the user. A global guard would accept that token for each of these organizations.

use super::{error::DecisionError, misconfiguration::Misconfiguration};
use crate::policy::requirement::Requirement;

/// Fails for a global requirement if the request names an organization, or if `names_organization` fails. Does
/// not look at the token.
pub(super) fn check(
    requirement: &Requirement,
    names_organization: impl FnOnce() -> Result<bool, DecisionError>,
) -> Result<(), DecisionError> {
    if requirement.is_global() && names_organization()? {
        return Err(Misconfiguration::GlobalWhereOrganizationIsNamed.into());
    }
    Ok(())
}
