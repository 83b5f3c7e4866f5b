//! Checks scopes, permissions and resources against `logto.toml`.
//!
//! The input is the attribute's resource and scopes, and the parsed file. The output is a message for each
//! wrong scope or permission. If the resource is not found, the only message is about the resource. The
//! output is also what the file declares for the attribute.
//!
//! - Names are compared byte for byte.
//! - The file must declare the resource that the attribute names. If an attribute accepts `resource` but does
//!   not have it, the file must declare a default resource.
//! - A scope must belong to that resource. A permission must be declared in the file.
//! - If the file declares the scope or permission elsewhere, the message names the argument or attribute to
//!   use. Otherwise, it lists similar names. If no name is similar, it lists declared names.
//! - Constants are not checked here, because an attribute sees only their path. `logto-runtime`
//!   compares their value at compile time with what the file declares.

use logto_manifest::{Declared as Name, Resource};
use proc_macro2::Span;
use syn::LitStr;

use crate::{
    errors::Errors,
    kind::{Kind, Positional},
    manifest::ManifestFile,
    model::{Declared, ScopeExpr},
};

/// Checks the resource and the scopes that are written as strings.
///
/// Returns what the file declares for the attribute. Returns `None` for an attribute without scopes, and if
/// the resource is not found.
pub(super) fn check(
    kind: Kind,
    manifest: &ManifestFile,
    resource: Option<&LitStr>,
    scopes: Option<&ScopeExpr>,
    errors: &mut Errors,
) -> Option<Declared> {
    if kind == Kind::OrganizationPermission {
        each(scopes, |literal| {
            if let Some(message) = manifest.wrong_permission(&literal.value()) {
                errors.at(literal, message);
            }
        });
        return Some(Declared {
            indicator: None,
            names: names(&manifest.permissions),
        });
    }
    if !kind.takes("resource") {
        return None;
    }
    let resource = find_resource(manifest, resource, errors)?;
    if kind.positional() != Positional::Scopes {
        return None;
    }
    each(scopes, |literal| {
        if let Some(message) = manifest.wrong_scope(resource, &literal.value()) {
            errors.at(literal, message);
        }
    });
    Some(Declared {
        indicator: Some(resource.indicator.clone()),
        names: names(&resource.scopes),
    })
}

fn names(declared: &[Name]) -> Vec<String> {
    declared.iter().map(|name| name.name.clone()).collect()
}

fn each<'a>(scopes: Option<&'a ScopeExpr>, mut visit: impl FnMut(&'a LitStr)) {
    if let Some(scopes) = scopes {
        scopes.for_each_literal(&mut visit);
    }
}

fn find_resource<'a>(
    manifest: &'a ManifestFile,
    resource: Option<&LitStr>,
    errors: &mut Errors,
) -> Option<&'a Resource> {
    let Some(literal) = resource else {
        let default = manifest.default_resource();
        if default.is_none() {
            errors.span(Span::call_site(), manifest.no_default(&manifest.place()));
        }
        return default;
    };
    let written = literal.value();
    let found = manifest.resource(&written);
    if found.is_none() {
        errors.at(
            literal,
            manifest.unknown_resource(&manifest.place(), &written),
        );
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    /// An attribute and the constants of `scopes!()` agree on the default resource, because both use
    /// [`Resource::default`].
    #[test]
    fn an_attribute_without_a_resource_is_checked_against_the_only_resource() {
        let manifest = ManifestFile::of(
            r#"
            [[resource]]
            indicator = "https://api.example.com/products"
            scopes = ["read:products"]
            "#,
        );
        let mut errors = Errors::default();
        let found = find_resource(&manifest, None, &mut errors);
        assert_eq!(
            found.map(|found| &*found.indicator),
            Some("https://api.example.com/products")
        );
        assert!(errors.into_error().is_none());
    }
}
