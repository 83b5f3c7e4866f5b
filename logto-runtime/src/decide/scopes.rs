//! Checks that a token has the scopes of the requirement.

use super::error::DecisionError;
use crate::{
    policy::requirement::{Requirement, RequirementKind},
    verify::Verified,
};

/// Returns an error if a required scope is missing. `#[require_auth]` does not require scopes.
pub(super) fn scopes_fit(requirement: &Requirement, token: &Verified) -> Result<(), DecisionError> {
    match requirement.scope_expr() {
        None if requirement.kind() == RequirementKind::Authenticated => Ok(()),
        Some(scopes) if token.scopes().satisfies(token.text(), scopes) => Ok(()),
        _ => Err(DecisionError::InsufficientScope {
            none_granted: token.scopes().is_empty(),
        }),
    }
}
