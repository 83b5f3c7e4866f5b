//! Decides which constants `scopes!()` declares, and their names.

use std::collections::HashMap;

use proc_macro2::{Ident, Span, TokenStream};
use syn::{
    Path, Result, Token,
    ext::IdentExt as _,
    parse::{ParseStream, Parser as _},
};

use crate::{
    errors::Errors,
    manifest::{Contents, Resource},
    model::{Constant, ConstantResource, Constants},
};

/// The name of the module with the organization permissions.
const ORGANIZATION: &str = "organization";

/// Parses `crate = path`, the only argument of `scopes!()`.
pub(crate) fn parse_crate(args: TokenStream, errors: &mut Errors) -> Option<Path> {
    let parsed = (|input: ParseStream| -> Result<Option<Path>> {
        if input.is_empty() {
            return Ok(None);
        }
        if !input.peek(Token![crate]) {
            return Err(input.error("expected no argument, or `crate = path`"));
        }
        input.parse::<Token![crate]>()?;
        input.parse::<Token![=]>()?;
        let path = input.call(Path::parse_mod_style)?;
        input.parse::<Option<Token![,]>>()?;
        Ok(Some(path))
    })
    .parse2(args);
    errors.take(parsed).flatten()
}

/// Returns the constants for all scopes and permissions of the file.
///
/// - A name that occurs once in the file is declared at the top.
/// - A name that occurs once among the scopes of a named resource, or among the permissions, is
///   declared in their module.
/// - Other names are not declared, because they would not say which scope they mean.
pub(crate) fn of(contents: &Contents) -> Constants {
    let resources = contents.resources.iter();
    let groups: Vec<(Option<&str>, Vec<Constant>)> = resources
        .map(|resource| (resource.name.as_deref(), constants_of(resource)))
        .chain([(None, permissions_of(contents))])
        .collect();

    let mut seen: HashMap<String, usize> = HashMap::new();
    for constant in groups.iter().flat_map(|(_, constants)| constants) {
        *seen.entry(constant.ident.to_string()).or_default() += 1;
    }
    let mut unique = Vec::new();
    let mut modules = Vec::new();
    for (name, constants) in &groups {
        let alone = constants
            .iter()
            .filter(|constant| seen.get(&constant.ident.to_string()) == Some(&1));
        unique.extend(alone.map(Constant::again));
        if let Some(name) = name {
            modules.push((module_name(name, &modules), named_alone(constants)));
        }
    }
    let permissions = permissions_of(contents);
    if !permissions.is_empty() {
        let name = Ident::new(ORGANIZATION, Span::call_site());
        modules.push((name, named_alone(&permissions)));
    }
    Constants { unique, modules }
}

fn constants_of(resource: &Resource) -> Vec<Constant> {
    let each = |scope: &String| Constant {
        ident: constant_name(scope),
        scope: scope.clone(),
        resource: Some(ConstantResource {
            indicator: resource.indicator.clone(),
            name: resource.name.clone(),
            default: resource.default,
        }),
    };
    resource.scopes.iter().map(each).collect()
}

fn permissions_of(contents: &Contents) -> Vec<Constant> {
    let each = |permission: &String| Constant {
        ident: constant_name(permission),
        scope: permission.clone(),
        resource: None,
    };
    contents.permissions.iter().map(each).collect()
}

/// Returns the constants whose name is unique in `constants`.
fn named_alone(constants: &[Constant]) -> Vec<Constant> {
    let count = |ident: &Ident| {
        constants
            .iter()
            .filter(|other| other.ident == *ident)
            .count()
    };
    constants
        .iter()
        .filter(|constant| count(&constant.ident) == 1)
        .map(Constant::again)
        .collect()
}

/// Converts a scope to the name of its constant: `read:products` becomes `READ_PRODUCTS`.
fn constant_name(scope: &str) -> Ident {
    let mut name: String = scope
        .chars()
        .map(|c| {
            if c.is_ascii_alphanumeric() {
                c.to_ascii_uppercase()
            } else {
                '_'
            }
        })
        .collect();
    if name.starts_with(|c: char| c.is_ascii_digit()) || name.chars().all(|c| c == '_') {
        name.insert(0, 'S');
    }
    Ident::new(&name, Span::call_site())
}

/// Converts the name of a resource to the name of its module.
///
/// A keyword such as `type` becomes a raw identifier. Keywords that can't be raw, such as `self`,
/// and names that are already taken get an underscore at the end.
fn module_name(resource: &str, taken: &[(Ident, Vec<Constant>)]) -> Ident {
    let mut name = resource.replace('-', "_");
    while matches!(name.as_str(), "self" | "super" | "crate" | ORGANIZATION)
        || taken.iter().any(|(other, _)| other.unraw() == name)
    {
        name.push('_');
    }
    match syn::parse_str(&name) {
        Ok(ident) => ident,
        Err(_) => Ident::new_raw(&name, Span::call_site()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn constants(text: &str) -> Vec<String> {
        let Constants { unique, modules } = of(&Contents::parse(text).unwrap());
        let top = unique.iter().map(|constant| constant.ident.to_string());
        let nested = modules.iter().flat_map(|(module, constants)| {
            constants
                .iter()
                .map(move |constant| format!("{module}::{}", constant.ident))
        });
        top.chain(nested).collect()
    }

    #[test]
    fn constants_are_named_after_their_scopes() {
        for (scope, name) in [
            ("read:products", "READ_PRODUCTS"),
            ("a", "A"),
            ("orders.write-all", "ORDERS_WRITE_ALL"),
            ("2fa", "S2FA"),
            ("*", "S_"),
            ("self", "SELF"),
        ] {
            assert_eq!(constant_name(scope).to_string(), name);
        }
    }

    #[test]
    fn modules_are_named_after_their_resources() {
        for (name, module) in [
            ("products", "products"),
            ("type", "r#type"),
            ("crate", "crate_"),
            ("self", "self_"),
            ("a-b", "a_b"),
            ("organization", "organization_"),
        ] {
            assert_eq!(module_name(name, &[]).to_string(), module);
        }
        let taken = [(module_name("a-b", &[]), Vec::new())];
        assert_eq!(module_name("a_b", &taken).to_string(), "a_b_");
    }

    #[test]
    fn a_name_shared_by_two_scopes_is_declared_in_their_modules_only() {
        let text = r#"
            [[resource]]
            indicator = "https://a.example"
            name = "a"
            scopes = ["read:data", "write:data"]

            [[resource]]
            indicator = "https://b.example"
            name = "b-b"
            scopes = ["read:data", "x:y", "x-y"]

            [[resource]]
            indicator = "https://c.example"
            scopes = ["read:data", "delete"]

            [organization]
            permissions = ["invite"]
        "#;
        assert_eq!(
            constants(text),
            [
                "WRITE_DATA",
                "DELETE",
                "INVITE",
                "a::READ_DATA",
                "a::WRITE_DATA",
                "b_b::READ_DATA",
                "organization::INVITE",
            ]
        );
    }
}
