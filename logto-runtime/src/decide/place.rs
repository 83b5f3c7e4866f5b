//! Rejects a requirement that does not fit where its guard stands, before the token is looked at.

use crate::{
    decide::{error::DecisionError, misconfiguration::Misconfiguration, requested::Requested},
    policy::requirement::Requirement,
};

/// Rejects a requirement that can't be enforced, and a global one where the request names an
/// organization.
///
/// Logto gives a user who asks for an API without `organization_id` a token with the scopes of all
/// his organizations. A global requirement would accept it for each of them.
pub(crate) fn fits_the_place(
    requirement: &Requirement,
    request: &mut dyn Requested,
) -> Result<(), DecisionError> {
    if let Some(description) = requirement.checked_by_hand() {
        return Err(Misconfiguration::CheckedByHand(description).into());
    }
    if let Some(restriction) = requirement.unenforceable() {
        return Err(Misconfiguration::Unenforceable(restriction).into());
    }
    if requirement.is_global() && request.is_named()? {
        return Err(Misconfiguration::GlobalWhereOrganizationIsNamed.into());
    }
    Ok(())
}
