//! Checks the subject of a token, and compares it with the user that the path names.

use super::{
    error::DecisionError, misconfiguration::Misconfiguration, organization::PathParameters,
    request_trait::Requested,
};
use crate::{
    policy::requirement::{Requirement, Subject},
    verify::Verified,
};

/// Checks the subject of the token, if the requirement restricts it.
///
/// In Logto's machine-to-machine tokens, the subject is the client. A machine is not a user, so
/// `subject = path(…)` rejects the token of a machine. This holds even if the path has the id of the machine.
pub(super) fn subject_fits(
    requirement: &Requirement,
    token: &Verified,
    request: &mut dyn Requested,
) -> Result<(), DecisionError> {
    let Some(subject) = requirement.subject() else {
        return Ok(());
    };
    let is_machine = token.subject() == token.client_id();
    match subject {
        Subject::Machine if is_machine => Ok(()),
        Subject::User if !is_machine => Ok(()),
        Subject::Path(name) if !is_machine => request.compare_subject(name, token.subject()),
        _ => Err(DecisionError::Subject),
    }
}

/// Compares every parameter of this name with the token's subject, byte for byte. Fails
///
/// - if one of them differs,
/// - if the request does not have such a parameter,
/// - if a path parameter of any name is not UTF-8, or
/// - if further parameters can be unknown.
pub(crate) fn in_path<'a, P>(
    parameters: PathParameters<P>,
    name: &'static str,
    of_token: &str,
) -> Result<(), DecisionError>
where
    P: IntoIterator<Item = (&'a str, &'a str)>,
{
    let PathParameters::Known { parameters, all } = parameters else {
        return Err(DecisionError::SubjectMismatch);
    };
    let mut found = false;
    for (_, value) in parameters.into_iter().filter(|(known, _)| *known == name) {
        found = true;
        if value.is_empty() || value != of_token {
            return Err(DecisionError::SubjectMismatch);
        }
    }
    if !all {
        return Err(Misconfiguration::SubjectOutsideRouting(name).into());
    }
    if !found {
        return Err(Misconfiguration::NoSuchSubjectParameter(name).into());
    }
    Ok(())
}
