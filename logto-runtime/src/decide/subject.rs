//! Compares the token's subject with the user that a path names.

use crate::decide::{
    DecisionError, misconfiguration::Misconfiguration, organization::PathParameters,
};

/// Compares every parameter of this name with the token's subject, byte for byte. Fails without such a
/// parameter, if a parameter is not UTF-8, or if routing can add further parameters.
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
