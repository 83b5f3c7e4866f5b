//! Parses scopes: string literals, paths of constants, `any(…)` and `all(…)`.

use proc_macro2::TokenTree;
use syn::{
    Error, Ident, Lit, LitStr, Path, Result, Token, ext::IdentExt as _, parenthesized,
    parse::ParseStream, token,
};

use super::list::{is_keyed, separated};
use crate::{errors::Errors, kind::Kind};

/// The maximum depth of nested groups. This limit bounds all recursion over groups.
const DEEPEST: usize = 16;

const PLAIN_LITERAL: &str =
    "expected a scope as a plain string literal such as `\"read:products\"`";

/// One scope, or a group of them.
pub(crate) enum ScopeArg {
    Literal(LitStr),
    Constant(Path),
    Group(Group),
}

/// `any(…)` or `all(…)`.
pub(crate) struct Group {
    pub(crate) name: Ident,
    pub(crate) any: bool,
    pub(crate) members: Vec<ScopeArg>,
    /// Whether parsing failed for a member.
    pub(crate) misread: bool,
}

/// Parses one scope or one group.
pub(crate) fn parse(kind: Kind, input: ParseStream, errors: &mut Errors) -> Result<ScopeArg> {
    scope(kind, input, errors, DEEPEST)
}

fn scope(kind: Kind, input: ParseStream, errors: &mut Errors, depth: usize) -> Result<ScopeArg> {
    if input.peek(Lit) {
        return literal(input).map(ScopeArg::Literal);
    }
    if input.peek(token::Bracket) {
        let brackets: TokenTree = input.parse()?;
        return Err(Error::new_spanned(
            brackets,
            "write the scopes without brackets: `\"a\", \"b\"`",
        ));
    }
    if input.peek(Ident::peek_any) && input.peek2(token::Paren) {
        return group(kind, input, errors, depth).map(ScopeArg::Group);
    }
    if input.peek(Ident::peek_any) || input.peek(Token![::]) {
        return constant(kind, input).map(ScopeArg::Constant);
    }
    Err(input.error(format_args!(
        "expected a scope such as `\"{}\"`",
        kind.example()
    )))
}

fn literal(input: ParseStream) -> Result<LitStr> {
    match input.parse()? {
        Lit::Str(literal) if literal.suffix().is_empty() => Ok(literal),
        other => Err(Error::new_spanned(other, PLAIN_LITERAL)),
    }
}

fn group(kind: Kind, input: ParseStream, errors: &mut Errors, depth: usize) -> Result<Group> {
    let name = input.call(Ident::parse_any)?;
    let any = match name.to_string().as_str() {
        "any" => true,
        "all" => false,
        other => return Err(unknown_group(kind, &name, other)),
    };
    let Some(depth) = depth.checked_sub(1) else {
        return Err(Error::new_spanned(
            name,
            format_args!("groups nest at most {DEEPEST} deep; flatten this one"),
        ));
    };
    let content;
    parenthesized!(content in input);
    let mut members = Vec::new();
    let mut misread = false;
    separated(kind, &content, errors, |input, errors| {
        let member = if is_keyed(input) {
            Err(keyed_member(input, &name))
        } else {
            scope(kind, input, errors, depth).map(|member| members.push(member))
        };
        misread |= member.is_err();
        member
    });
    Ok(Group {
        name,
        any,
        members,
        misread,
    })
}

fn keyed_member(input: ParseStream, group: &Ident) -> Error {
    input.error(format_args!(
        "`{group}(…)` takes only scopes; write this argument after the closing parenthesis"
    ))
}

fn unknown_group(kind: Kind, name: &Ident, written: &str) -> Error {
    let advice = match written {
        "or" | "either" | "one_of" | "any_of" | "some" => "did you mean `any`?".to_owned(),
        "and" | "both" | "every" | "each" | "all_of" => "did you mean `all`?".to_owned(),
        "not" | "none" | "except" => {
            format!("an attribute can require scopes but not forbid them; remove `{written}(…)`")
        }
        key if kind.takes(key) => {
            return Error::new_spanned(name, format_args!("expected `=` after `{name}`"));
        }
        _ => match logto_manifest::suggest::nearest(written, ["any", "all"]) {
            Some(found) => format!("did you mean `{found}`?"),
            None => "write `any(…)` or `all(…)`".to_owned(),
        },
    };
    Error::new_spanned(name, format_args!("unknown group `{written}`; {advice}"))
}

fn constant(kind: Kind, input: ParseStream) -> Result<Path> {
    let path = input.call(Path::parse_mod_style)?;
    if input.peek(Token![!]) {
        return Err(Error::new_spanned(path, PLAIN_LITERAL));
    }
    let Some(ident) = path.get_ident() else {
        return Ok(path);
    };
    let name = ident.to_string();
    match name.as_str() {
        "any" | "all" => Err(Error::new_spanned(
            ident,
            format_args!("expected scopes in parentheses: `{name}(\"a\", \"b\")`"),
        )),
        key if kind.takes(key) => Err(Error::new_spanned(
            ident,
            format_args!("expected `=` after `{name}`"),
        )),
        _ => Ok(path),
    }
}
