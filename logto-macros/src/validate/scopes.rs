//! Scopes are RFC 6749 scope-tokens, each of them named once where it counts.

use quote::ToTokens as _;
use syn::{LitStr, Path};

use crate::{
    errors::Errors,
    kind::Kind,
    model::ScopeExpr,
    scope_list::{Group, ScopeArg},
};

/// None if a mistake was reported, or if the kind takes no scopes.
pub(super) fn check(
    kind: Kind,
    scopes: Vec<ScopeArg>,
    misread: bool,
    errors: &mut Errors,
) -> Option<ScopeExpr> {
    if !kind.takes_scopes() {
        if let Some(first) = scopes.first() {
            refuse(kind, first, errors);
        }
        return None;
    }
    if scopes.is_empty() && !misread {
        errors.span(proc_macro2::Span::call_site(), none_given(kind));
    }
    let mut named = Vec::new();
    group(false, scopes, &mut named, errors)
}

fn none_given(kind: Kind) -> String {
    let (name, example) = (kind.name(), kind.example());
    let advice = match kind {
        Kind::Scopes => ", or `#[require_auth]` to ask for no permission",
        Kind::Authenticated | Kind::OrganizationPermission | Kind::OrganizationScopes => "",
    };
    format!("no scope given; write `#[{name}(\"{example}\")]`{advice}")
}

fn refuse(kind: Kind, scope: &ScopeArg, errors: &mut Errors) {
    let name = kind.name();
    match scope {
        ScopeArg::Literal(literal) => errors.at(
            literal,
            format_args!(
                "`#[{name}]` takes no scopes; did you mean `#[require_scopes({})]`?",
                literal.token()
            ),
        ),
        ScopeArg::Constant(path) => errors.at(path, no_scopes(name)),
        ScopeArg::Group(group) => errors.at(&group.name, no_scopes(name)),
    }
}

fn no_scopes(name: &str) -> String {
    format!("`#[{name}]` takes no scopes; did you mean `#[require_scopes(…)]`?")
}

/// `named` holds the scopes of this group and of those around it: one of them named again in here
/// is without effect, whether the groups say *all* or *any*.
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
    let (name, shown) = match member {
        ScopeArg::Literal(literal) => {
            let value = literal.value();
            (format!("\"{value}"), value)
        }
        ScopeArg::Constant(path) => {
            let path = shown(path);
            (path.clone(), path)
        }
        ScopeArg::Group(_) => return,
    };
    if !named.contains(&name) {
        named.push(name);
        return;
    }
    let message = format!("scope `{shown}` is named twice; remove one");
    match member {
        ScopeArg::Literal(literal) => errors.at(literal, message),
        ScopeArg::Constant(path) => errors.at(path, message),
        ScopeArg::Group(_) => {}
    }
}

pub(crate) fn shown(path: &Path) -> String {
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
                    format_args!("`{name}()` is empty; name scopes in it: `{name}(\"a\", \"b\")`"),
                );
            }
            group(any, members, named, errors)
        }
    }
}

/// RFC 6749, section 3.3: `scope-token = 1*( %x21 / %x23-5B / %x5D-7E )`.
fn scope_token(literal: LitStr, errors: &mut Errors) -> Option<ScopeExpr> {
    let scope = literal.value();
    let Some(wrong) = scope.chars().find(|&c| !is_scope_char(c)) else {
        if scope.is_empty() {
            errors.at(
                literal,
                "empty scope; name a permission such as `read:products`",
            );
            return None;
        }
        return Some(ScopeExpr::One(literal));
    };
    if wrong.is_whitespace() {
        errors.at(literal, white_space(&scope));
    } else {
        errors.at(
            literal,
            format_args!(
                "{wrong:?} is not allowed in a scope (RFC 6749, section 3.3: printable ASCII \
                 except `\"` and `\\`); name the scope as Logto does"
            ),
        );
    }
    None
}

fn white_space(scope: &str) -> String {
    let words: Vec<_> = scope
        .split_whitespace()
        .map(|word| format!("\"{word}\""))
        .collect();
    match words.len() {
        0 => "empty scope; name a permission such as `read:products`".to_owned(),
        1 => format!("white space in a scope; write `{}`", words.join("")),
        _ => format!(
            "white space in a scope; write one string for each scope: `{}`",
            words.join(", ")
        ),
    }
}

fn is_scope_char(c: char) -> bool {
    matches!(c, '\x21' | '\x23'..='\x5b' | '\x5d'..='\x7e')
}

#[cfg(test)]
mod tests {
    use super::is_scope_char;

    #[test]
    fn scope_characters_are_those_of_rfc_6749() {
        for byte in 0..=u8::MAX {
            let allowed =
                byte == 0x21 || (0x23..=0x5b).contains(&byte) || (0x5d..=0x7e).contains(&byte);
            assert_eq!(is_scope_char(char::from(byte)), allowed, "{byte:#04x}");
        }
        assert!(!is_scope_char('é') && !is_scope_char('\u{2028}'));
    }
}
