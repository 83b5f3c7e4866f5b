//! Checks the names in `org = path("…")` and `org = header("…")`. `args/organization.rs` decides which
//! attributes accept `org = any`.

use syn::LitStr;

use super::path_parameter;
use crate::{args::organization::OrgArg, errors::Errors, model::Organization};

pub(super) fn check(source: OrgArg, errors: &mut Errors) -> Option<Organization> {
    match source {
        OrgArg::Path(name) => path_parameter::check(&name, "organization_id", errors)
            .then_some(Organization::Path(name)),
        OrgArg::Header(name) => header(&name, errors),
        OrgArg::Token => Some(Organization::Token),
        OrgArg::Any => Some(Organization::Any),
    }
}

/// Checks the name of a header and converts it to lower case.
///
/// A header name is a `token` in the grammar of HTTP, and its case does not matter (RFC 9110, section 5.1).
fn header(literal: &LitStr, errors: &mut Errors) -> Option<Organization> {
    let name = literal.value();
    let wrong = name.chars().find(|&c| !is_token_char(c));
    if let Some(wrong) = wrong {
        errors.at(
            literal,
            format_args!(
                "{wrong:?} is not allowed in a header name (RFC 9110, section 5.6.2); remove it"
            ),
        );
        return None;
    }
    if name.is_empty() {
        errors.at(
            literal,
            "the header name is empty; write it: `header(\"x-organization-id\")`",
        );
        return None;
    }
    Some(Organization::Header(name.to_ascii_lowercase()))
}

fn is_token_char(c: char) -> bool {
    c.is_ascii_alphanumeric() || "!#$%&'*+-.^_`|~".contains(c)
}

#[cfg(test)]
mod tests {
    use proc_macro2::Span;

    use super::*;

    fn checked(source: fn(LitStr) -> OrgArg, name: &str) -> Result<Option<Organization>, String> {
        let mut errors = Errors::default();
        let found = check(source(LitStr::new(name, Span::call_site())), &mut errors);
        errors
            .into_error()
            .map_or(Ok(found), |error| Err(error.to_string()))
    }

    #[test]
    fn a_path_parameter_must_be_a_name_and_the_message_shows_an_example() {
        for name in ["organization_id", "id", "org-id", "orgId"] {
            assert!(checked(OrgArg::Path, name).is_ok(), "{name}");
        }
        for (name, example) in [
            ("", "organization_id"),
            ("{id}", "id"),
            ("{*rest}", "rest"),
            (":id", "id"),
            ("/orgs/{id}", "organization_id"),
        ] {
            let message = checked(OrgArg::Path, name).err().unwrap();
            assert!(
                message.ends_with(&format!("`path(\"{example}\")`")),
                "{message}"
            );
        }
    }

    #[test]
    fn a_header_name_is_converted_to_lower_case() {
        let Ok(Some(Organization::Header(name))) = checked(OrgArg::Header, "X-Org_ID") else {
            panic!("rejected");
        };
        assert_eq!(name, "x-org_id");
    }

    #[test]
    fn a_header_name_that_http_does_not_allow_is_rejected() {
        for name in ["x org", "x:", "x\u{e9}", "x\n", "\"x\""] {
            let message = checked(OrgArg::Header, name).err().unwrap();
            assert!(message.contains("RFC 9110"), "{name:?}: {message}");
        }
        assert!(
            checked(OrgArg::Header, "")
                .err()
                .unwrap()
                .starts_with("the header name is empty")
        );
    }
}
