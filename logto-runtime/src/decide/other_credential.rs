//! Checks whether a guard can work on its route, for a request with an API key or another credential instead
//! of a token.
//!
//! If a guard can't compare what it must compare, it rejects every valid token with 500. Such a guard must not
//! let credentials pass either.

use super::{error::DecisionError, is_enforceable, request_trait::Requested};
use crate::policy::requirement::{Requirement, RequirementKind, Subject};

/// Fails if the requirement can't be enforced here, or if the request lacks what must be compared with a
/// token: the path parameters that name the organization or the user. Of alternatives, all must be
/// enforceable, and one must be comparable.
pub(crate) fn fits_place(
    requirement: &Requirement,
    request: &mut dyn Requested,
) -> Result<(), DecisionError> {
    is_enforceable(requirement, request)?;
    is_comparable(requirement, request)
}

fn is_comparable(
    requirement: &Requirement,
    request: &mut dyn Requested,
) -> Result<(), DecisionError> {
    if requirement.kind() == RequirementKind::Alternatives {
        let mut problem = Ok(());
        for alternative in requirement.alternatives() {
            match is_comparable(alternative, request) {
                Ok(()) => return Ok(()),
                misfit => problem = problem.and(misfit),
            }
        }
        return problem;
    }
    // No token has an empty id, so a mismatch is expected. Only a misconfiguration matters.
    if requirement.wants_organization() {
        misconfiguration(request.compare_organization(requirement.organization(), ""))?;
    }
    match requirement.subject() {
        Some(Subject::Path(name)) => misconfiguration(request.compare_subject(name, "")),
        _ => Ok(()),
    }
}

fn misconfiguration(compared: Result<(), DecisionError>) -> Result<(), DecisionError> {
    match compared {
        Err(error @ DecisionError::Misconfigured(_)) => Err(error),
        _ => Ok(()),
    }
}
