//! Checks scopes, permissions and resources against `logto.toml`.
//!
//! The input is a validated attribute and the parsed file. The output is a message for each name
//! that the file does not declare. The rules:
//!
//! - Names are compared byte for byte.
//! - A scope must belong to the resource of the attribute, or to the default resource.
//! - A name that is declared elsewhere gets the argument or attribute to use. Another name gets the
//!   most similar names, or a list of the declared ones.
//! - Constants are not checked here, because an attribute sees only their path. `logto-runtime`
//!   checks their value at compile time.

#[cfg(test)]
mod tests;

use proc_macro2::Span;
use syn::LitStr;

use crate::{
    errors::Errors,
    kind::{Kind, Positional},
    manifest::{FILE_NAME, Manifest, Resource},
    model::ScopeExpr,
    suggest,
};

/// The maximum number of names that a message lists.
const LISTED: usize = 5;

/// Checks the resource and the scopes that are written as strings.
pub(super) fn check(
    kind: Kind,
    manifest: &Manifest,
    resource: Option<&LitStr>,
    scopes: Option<&ScopeExpr>,
    errors: &mut Errors,
) {
    if kind == Kind::OrganizationPermission {
        each(scopes, |literal| {
            if let Some(message) = wrong_permission(manifest, &literal.value()) {
                errors.at(literal, message);
            }
        });
        return;
    }
    if !kind.takes("resource") {
        return;
    }
    let Some(resource) = find_resource(manifest, resource, errors) else {
        return;
    };
    if kind.positional() == Positional::Scopes {
        each(scopes, |literal| {
            if let Some(message) = wrong_scope(manifest, resource, &literal.value()) {
                errors.at(literal, message);
            }
        });
    }
}

fn each<'a>(scopes: Option<&'a ScopeExpr>, mut visit: impl FnMut(&'a LitStr)) {
    if let Some(scopes) = scopes {
        scopes.for_each_literal(&mut visit);
    }
}

fn find_resource<'a>(
    manifest: &'a Manifest,
    resource: Option<&LitStr>,
    errors: &mut Errors,
) -> Option<&'a Resource> {
    let Some(literal) = resource else {
        let default = manifest.default_resource();
        if default.is_none() {
            errors.span(Span::call_site(), no_default(manifest));
        }
        return default;
    };
    let written = literal.value();
    let found = manifest.resource(&written);
    if found.is_none() {
        errors.at(literal, unknown_resource(manifest, &written));
    }
    found
}

fn no_default(manifest: &Manifest) -> String {
    let place = manifest.place();
    match manifest.resources.first() {
        Some(first) => format!(
            "{place}:{}: no resource is marked as the default; write `default = true` there, or \
             `resource = \"{}\"` here",
            first.line,
            first.short_name()
        ),
        None => format!(
            "{place}:1: no `[[resource]]` is declared; declare the resource of this attribute"
        ),
    }
}

fn unknown_resource(manifest: &Manifest, written: &str) -> String {
    let place = manifest.place();
    let same = |other: &&str| other.trim_end_matches('/') == written.trim_end_matches('/');
    let names = || manifest.resources.iter().flat_map(Resource::names);
    let hint = if let Some(other) = names().find(same) {
        format!("the trailing slash matters; did you mean `{other}`?")
    } else if let Some(other) = names().find(|other| other.eq_ignore_ascii_case(written)) {
        format!("upper and lower case matter; did you mean `{other}`?")
    } else if let Some(other) = suggest::nearest(written, names()) {
        format!("did you mean `{other}`?")
    } else {
        known(names())
    };
    format!("unknown resource `{written}`, not declared in {place}; {hint}")
}

fn wrong_scope(manifest: &Manifest, resource: &Resource, scope: &str) -> Option<String> {
    if resource.has_scope(scope) {
        return None;
    }
    let elsewhere = manifest
        .resources
        .iter()
        .find(|other| other.has_scope(scope));
    Some(if let Some(other) = elsewhere {
        format!(
            "`{scope}` is a scope of {}; add `resource = \"{}\"`",
            other.indicator,
            other.short_name()
        )
    } else if manifest.has_permission(scope) {
        format!(
            "`{scope}` is an organization permission; use \
             `#[require_org_permission(\"{scope}\")]`"
        )
    } else {
        let hint = near(scope, resource.scopes.iter().map(String::as_str));
        format!("unknown scope `{scope}` for {}; {hint}", resource.indicator)
    })
}

fn wrong_permission(manifest: &Manifest, permission: &str) -> Option<String> {
    if manifest.has_permission(permission) {
        return None;
    }
    let resource = manifest
        .resources
        .iter()
        .find(|resource| resource.has_scope(permission));
    Some(match resource {
        Some(resource) => {
            let argument = if resource.default {
                String::new()
            } else {
                format!(", resource = \"{}\"", resource.short_name())
            };
            format!(
                "`{permission}` is a scope of {}; use `#[require_org_scopes(\"{permission}\"\
                 {argument})]`",
                resource.indicator
            )
        }
        None => {
            let hint = near(permission, manifest.permissions.iter().map(String::as_str));
            format!("unknown organization permission `{permission}`; {hint}")
        }
    })
}

fn near<'a>(word: &str, names: impl Iterator<Item = &'a str> + Clone) -> String {
    match suggest::ranked(word, names.clone()).as_slice() {
        [] => known(names),
        [nearest] => format!("did you mean `{nearest}`?"),
        [nearest, others @ ..] => {
            let others: Vec<_> = others
                .iter()
                .take(LISTED - 1)
                .map(|name| format!("`{name}`"))
                .collect();
            format!(
                "did you mean `{nearest}`? (also similar: {})",
                others.join(", ")
            )
        }
    }
}

fn known<'a>(names: impl Iterator<Item = &'a str>) -> String {
    let names: Vec<_> = names.map(|name| format!("`{name}`")).collect();
    match names.len() {
        0 => format!("declare it in `{FILE_NAME}`"),
        count if count > LISTED => {
            format!(
                "expected one of {} and {} more",
                names[..LISTED].join(", "),
                count - LISTED
            )
        }
        _ => format!("expected one of {}", names.join(", ")),
    }
}
