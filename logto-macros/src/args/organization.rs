//! Parses the value of `org`. The value says where the request names its organization. In
//! `#[require_scopes]`, the only value is `any`: a caller with the scopes may act in every organization. In
//! the other attributes, `any` is an error.

use syn::{Error, Ident, LitStr, Result, ext::IdentExt as _, parse::ParseStream, token};

use super::value::{quoted, source_name};
use crate::kind::Kind;

/// The value of `org`.
pub(crate) enum OrgArg {
    Path(LitStr),
    Header(LitStr),
    Token,
    Any,
}

pub(super) fn organization(kind: Kind, input: ParseStream) -> Result<OrgArg> {
    if kind == Kind::Scopes {
        return any_organization(input);
    }
    const EXPECTED: &str = "expected `path(\"…\")`, `header(\"…\")` or `token`";
    if let Some(text) = quoted(input) {
        return Err(input.error(format_args!(
            "{EXPECTED}; did you mean `org = path(\"{text}\")`?"
        )));
    }
    let source: Ident = input
        .call(Ident::parse_any)
        .map_err(|error| Error::new(error.span(), EXPECTED))?;
    let name = source.to_string();
    match name.as_str() {
        "any" => Err(Error::new_spanned(
            source,
            format_args!("{EXPECTED}; `any` is only for the global scopes of `#[require_scopes]`"),
        )),
        "path" => {
            let (source, example) = (("org", &source), "organization_id");
            source_name(input, source, "path parameter", example).map(OrgArg::Path)
        }
        "header" => {
            let (source, example) = (("org", &source), "x-organization-id");
            source_name(input, source, "header", example).map(OrgArg::Header)
        }
        "token" if input.peek(token::Paren) => Err(Error::new_spanned(
            source,
            "`token` does not take an argument; write `org = token`",
        )),
        "token" => Ok(OrgArg::Token),
        _ => {
            let hint = logto_manifest::suggest::did_you_mean(&name, ["path", "header", "token"]);
            Err(Error::new_spanned(source, format_args!("{EXPECTED}{hint}")))
        }
    }
}

/// Parses `any`, the only value of `org` in `#[require_scopes]`.
fn any_organization(input: ParseStream) -> Result<OrgArg> {
    const EXPECTED: &str = "global scopes are not limited to one organization; write `org = any` \
                            if callers with these scopes may act in every organization, or use \
                            `#[require_org_scopes(…)]`";
    let source: Ident = input
        .call(Ident::parse_any)
        .map_err(|error| Error::new(error.span(), EXPECTED))?;
    if source != "any" {
        return Err(Error::new_spanned(source, EXPECTED));
    }
    if input.peek(token::Paren) {
        return Err(Error::new_spanned(
            source,
            "`any` does not take an argument; write `org = any`",
        ));
    }
    Ok(OrgArg::Any)
}
