//! Checks that a guard works on its route. Used if a request has an API key or another credential in place of
//! a token.
//!
//! A guard that does not work on its route rejects every valid token with 500. Such a guard must not accept
//! other credentials either.

use super::{
    error::DecisionError,
    is_enforceable,
    misconfiguration::Misconfiguration,
    request_trait::{KnownParameters, Requested},
};
use crate::policy::requirement::{OrganizationSource, Requirement, RequirementKind, Subject};

/// Fails if the requirement can't be enforced for this request. Also fails if a misconfiguration, such as a
/// missing path parameter, prevents the comparison of the request with a token.
///
/// Of several alternatives, all must be enforceable, and at least one must be comparable with a token.
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
    // Without a token, the request is compared with an empty id. A mismatch is expected, and only a
    // misconfiguration matters. A comparison returns the first mismatch before it looks whether all path
    // parameters are known.
    if requirement.wants_organization() {
        let source = requirement.organization();
        misconfiguration(request.compare_organization(source, ""))?;
        match request.known_path_parameters() {
            KnownParameters::NotUtf8 => return Err(DecisionError::OrganizationMismatch),
            KnownParameters::Some if reads_path(source) => {
                return Err(Misconfiguration::OutsideRouting.into());
            }
            KnownParameters::Some | KnownParameters::All => {}
        }
    }
    if let Some(Subject::Path(name)) = requirement.subject() {
        misconfiguration(request.compare_subject(name, ""))?;
        match request.known_path_parameters() {
            KnownParameters::NotUtf8 => return Err(DecisionError::SubjectMismatch),
            KnownParameters::Some => {
                return Err(Misconfiguration::SubjectOutsideRouting(name).into());
            }
            KnownParameters::All => {}
        }
    }
    Ok(())
}

fn reads_path(source: OrganizationSource) -> bool {
    matches!(
        source,
        OrganizationSource::Route | OrganizationSource::Path(_)
    )
}

fn misconfiguration(compared: Result<(), DecisionError>) -> Result<(), DecisionError> {
    match compared {
        Err(error @ DecisionError::Misconfigured(_)) => Err(error),
        _ => Ok(()),
    }
}
