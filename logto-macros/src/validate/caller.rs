//! Checks the arguments `subject` and `client` of an attribute.

use syn::LitStr;

use super::path_parameter;
use crate::{errors::Errors, model::Subject};

pub(super) fn subject(subject: Subject, errors: &mut Errors) -> Option<Subject> {
    match &subject {
        Subject::Path(name) => path_parameter::check(name, "user_id", errors).then_some(subject),
        Subject::User | Subject::Machine => Some(subject),
    }
}

pub(super) fn client(literal: LitStr, errors: &mut Errors) -> Option<LitStr> {
    let text = literal.value();
    if text.is_empty() {
        errors.at(
            literal,
            "the client is empty; write its App ID, or a name that the builder gives it: \
             `client = \"my-spa\"`",
        );
        return None;
    }
    if text.contains(|c: char| c.is_whitespace() || c.is_control()) {
        errors.at(
            literal,
            "a client's id or name can't have white space or control characters; remove them",
        );
        return None;
    }
    Some(literal)
}
