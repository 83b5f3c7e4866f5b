//! The names of the constants that `scopes!()` declares.
//!
//! `cargo logto` uses these names to find the scope of a constant.

use std::collections::HashMap;

use crate::manifest::{Declared, Manifest, Resource};

/// The name of the module with the organization permissions.
const ORGANIZATION: &str = "organization";

/// The constants that `scopes!()` declares for a `logto.toml`.
///
/// - A name that occurs once in the file is declared in the module `scopes` itself.
/// - A name that occurs once among the scopes of a named resource is declared in the module of the
///   resource. A name that occurs once among the permissions is declared in the module `organization`.
/// - All other names stand for several scopes, so they are not declared.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Constants<'a> {
    /// The constants whose name is unique in the whole file.
    pub unique: Vec<Constant<'a>>,
    /// A module for each named resource. If the file has organization permissions, also one for them.
    ///
    /// The name of a module can be a keyword. Code must then write a raw identifier, such as `r#type`.
    pub modules: Vec<(String, Vec<Constant<'a>>)>,
}

/// A constant for a scope or for an organization permission.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Constant<'a> {
    /// The name, such as `READ_PRODUCTS`.
    pub name: String,
    /// The scope or permission, such as `read:products`.
    pub scope: &'a str,
    /// The resource that the scope belongs to, or `None` for an organization permission.
    pub resource: Option<&'a Resource>,
}

impl Manifest {
    /// Returns the constants that `scopes!()` declares for this file.
    #[must_use]
    pub fn constants(&self) -> Constants<'_> {
        let permissions = constants_of(&self.permissions, None);
        let groups: Vec<(Option<&str>, Vec<Constant<'_>>)> = self
            .resources
            .iter()
            .map(|resource| {
                (
                    resource.name.as_deref(),
                    constants_of(&resource.scopes, Some(resource)),
                )
            })
            .chain([(None, permissions.clone())])
            .collect();

        let mut seen: HashMap<&str, usize> = HashMap::new();
        for constant in groups.iter().flat_map(|(_, constants)| constants) {
            *seen.entry(&constant.name).or_default() += 1;
        }
        let mut unique = Vec::new();
        let mut modules = Vec::new();
        for (name, constants) in &groups {
            let unique_here = constants
                .iter()
                .filter(|constant| seen.get(constant.name.as_str()) == Some(&1));
            unique.extend(unique_here.cloned());
            if let Some(name) = name {
                modules.push((module_name(name, &modules), with_unique_names(constants)));
            }
        }
        if !permissions.is_empty() {
            modules.push((ORGANIZATION.to_owned(), with_unique_names(&permissions)));
        }
        Constants { unique, modules }
    }
}

fn constants_of<'a>(declared: &'a [Declared], resource: Option<&'a Resource>) -> Vec<Constant<'a>> {
    let each = |declared: &'a Declared| Constant {
        name: constant_name(&declared.name),
        scope: &declared.name,
        resource,
    };
    declared.iter().map(each).collect()
}

/// Returns the constants whose name is unique in `constants`.
fn with_unique_names<'a>(constants: &[Constant<'a>]) -> Vec<Constant<'a>> {
    let count = |name: &str| constants.iter().filter(|other| other.name == name).count();
    constants
        .iter()
        .filter(|constant| count(&constant.name) == 1)
        .cloned()
        .collect()
}

/// Converts a scope to the name of its constant: `read:products` becomes `READ_PRODUCTS`.
fn constant_name(scope: &str) -> String {
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
    // A name can't begin with a digit, and `_` does not name a constant.
    if name.starts_with(|c: char| c.is_ascii_digit()) || name.chars().all(|c| c == '_') {
        name.insert(0, 'S');
    }
    name
}

/// Converts the name of a resource to the name of its module.
///
/// A hyphen becomes an underscore. These names get one or more underscores at the end:
///
/// - a keyword that can't be a raw identifier, such as `self`
/// - `organization`, the name of the module with the permissions
/// - a name that is already taken
fn module_name(resource: &str, taken: &[(String, Vec<Constant<'_>>)]) -> String {
    let mut name = resource.replace('-', "_");
    while matches!(name.as_str(), "self" | "super" | "crate" | ORGANIZATION)
        || taken.iter().any(|(other, _)| *other == name)
    {
        name.push('_');
    }
    name
}

#[cfg(test)]
mod tests {
    use super::*;

    fn constants(text: &str) -> Vec<String> {
        let manifest = Manifest::parse(text).unwrap();
        let Constants { unique, modules } = manifest.constants();
        let top = unique.into_iter().map(|constant| constant.name);
        let nested = modules.iter().flat_map(|(module, constants)| {
            constants
                .iter()
                .map(move |constant| format!("{module}::{}", constant.name))
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
            assert_eq!(constant_name(scope), name);
        }
    }

    #[test]
    fn modules_are_named_after_their_resources() {
        for (name, module) in [
            ("products", "products"),
            ("type", "type"),
            ("crate", "crate_"),
            ("self", "self_"),
            ("a-b", "a_b"),
            ("organization", "organization_"),
        ] {
            assert_eq!(module_name(name, &[]), module);
        }
        let taken = [("a_b".to_owned(), Vec::new())];
        assert_eq!(module_name("a_b", &taken), "a_b_");
    }

    #[test]
    fn a_name_is_declared_only_where_it_means_one_scope() {
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
