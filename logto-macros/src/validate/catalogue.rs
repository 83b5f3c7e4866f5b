//! Checks scopes, permissions and resources against `logto.toml`.
//!
//! The input is the attribute's resource and scopes, and the parsed file. The output is a message for each
//! name that the file does not declare, or a message that the file lacks a default resource. The rules:
//!
//! - Names are compared byte for byte.
//! - A scope must belong to the resource that the attribute names. Without the argument `resource`, the scope
//!   must belong to the default resource.
//! - If the file declares the name elsewhere, the message names the argument or attribute to use.
//!   Otherwise it lists the most similar names, or else the declared ones.
//! - Constants are not checked here, because an attribute sees only their path. `logto-runtime`
//!   checks their value at compile time.

use logto_manifest::Resource;
use proc_macro2::Span;
use syn::LitStr;

use crate::{
    errors::Errors,
    kind::{Kind, Positional},
    manifest::ManifestFile,
    model::ScopeExpr,
};

/// Checks the resource and the scopes that are written as strings.
pub(super) fn check(
    kind: Kind,
    manifest: &ManifestFile,
    resource: Option<&LitStr>,
    scopes: Option<&ScopeExpr>,
    errors: &mut Errors,
) {
    if kind == Kind::OrganizationPermission {
        each(scopes, |literal| {
            if let Some(message) = manifest.wrong_permission(&literal.value()) {
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
            if let Some(message) = manifest.wrong_scope(resource, &literal.value()) {
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

    /// A single resource is the default for strings, as it is for the constants of `scopes!()`: both use the
    /// flag [`Resource::default`].
    #[test]
    fn an_attribute_without_resource_is_checked_against_a_single_resource() {
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
