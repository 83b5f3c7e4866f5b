//! Checks the scopes of an attribute: the form of strings, and repetitions.

use proc_macro2::Span;
use quote::ToTokens as _;
use syn::{LitStr, Path};

use crate::{
    args::scopes::{Group, ScopeArg},
    errors::Errors,
    kind::{Kind, Positional},
    model::ScopeExpr,
};

/// Returns `None` for an attribute that does not take scopes, and if no scope is valid.
pub(super) fn check(
    kind: Kind,
    scopes: Vec<ScopeArg>,
    misread: bool,
    errors: &mut Errors,
) -> Option<ScopeExpr> {
    if kind.positional() != Positional::Scopes {
        if let Some(first) = scopes.first() {
            refuse(kind, first, errors);
        }
        return None;
    }
    if scopes.is_empty() && !misread {
        errors.span(Span::call_site(), none_given(kind));
    }
    group(false, scopes, &mut Vec::new(), errors)
}

fn none_given(kind: Kind) -> String {
    let (name, example) = (kind.name(), kind.example());
    let advice = if kind == Kind::Scopes {
        ", or `#[require_auth]` to accept any valid token"
    } else {
        ""
    };
    format!("no scope is given; write `#[{name}(\"{example}\")]`{advice}")
}

/// Reports a scope in an attribute that does not take scopes.
fn refuse(kind: Kind, scope: &ScopeArg, errors: &mut Errors) {
    let name = kind.name();
    let (tokens, scopes) = match scope {
        ScopeArg::Literal(literal) => (literal.to_token_stream(), literal.token().to_string()),
        ScopeArg::Constant(path) => (path.to_token_stream(), shown(path)),
        ScopeArg::Group(group) => (group.name.to_token_stream(), "…".to_owned()),
    };
    errors.at(
        tokens,
        format_args!("`#[{name}]` takes no scopes; did you mean `#[require_scopes({scopes})]`?"),
    );
}

/// Checks the members of a group: `any(…)`, `all(…)`, or all arguments of the attribute.
///
/// `named` holds the scopes of the groups around this one. This function adds the scopes of this group, and
/// removes them at the end. A scope that `named` already holds is a mistake, because the repetition or its
/// whole group has no effect. For example, `"a", any("a", "b")` means `"a"`.
fn group(
    any: bool,
    members: Vec<ScopeArg>,
    named: &mut Vec<String>,
    errors: &mut Errors,
) -> Option<ScopeExpr> {
    let outside = named.len();
    for member in &members {
        name_once(member, named, errors);
    }
    let mut checked: Vec<ScopeExpr> = members
        .into_iter()
        .filter_map(|member| expression(member, named, errors))
        .collect();
    named.truncate(outside);
    match checked.len() {
        0 => None,
        1 => checked.pop(),
        _ if any => Some(ScopeExpr::Any(checked)),
        _ => Some(ScopeExpr::All(checked)),
    }
}

fn name_once(member: &ScopeArg, named: &mut Vec<String>, errors: &mut Errors) {
    let (name, scope, tokens) = match member {
        ScopeArg::Literal(literal) => {
            let value = literal.value();
            (format!("\"{value}\""), value, literal.to_token_stream())
        }
        ScopeArg::Constant(path) => (shown(path), shown(path), path.to_token_stream()),
        ScopeArg::Group(_) => return,
    };
    if named.contains(&name) {
        errors.at(
            tokens,
            format_args!("scope `{scope}` is named twice; remove one"),
        );
    } else {
        named.push(name);
    }
}

fn shown(path: &Path) -> String {
    path.to_token_stream().to_string().replace(' ', "")
}

fn expression(member: ScopeArg, named: &mut Vec<String>, errors: &mut Errors) -> Option<ScopeExpr> {
    match member {
        ScopeArg::Literal(literal) => scope_token(literal, errors),
        ScopeArg::Constant(path) => Some(ScopeExpr::Constant(path)),
        ScopeArg::Group(Group {
            name,
            any,
            members,
            misread,
        }) => {
            if members.is_empty() && !misread {
                errors.at(
                    &name,
                    format_args!("`{name}()` is empty; write scopes in it: `{name}(\"a\", \"b\")`"),
                );
            }
            group(any, members, named, errors)
        }
    }
}

fn scope_token(literal: LitStr, errors: &mut Errors) -> Option<ScopeExpr> {
    match logto_manifest::syntax::scope::check(&literal.value()) {
        Ok(()) => Some(ScopeExpr::One(literal)),
        Err(message) => {
            errors.at(literal, message);
            None
        }
    }
}
