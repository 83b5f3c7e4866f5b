//! Writes the messages about names that `logto.toml` does not declare. Each message says what to write
//! instead.
//!
//! The attributes of `logto-runtime` report these messages while a program compiles. `cargo logto check`
//! reports them, too.
//!
//! - Names are compared byte for byte.
//! - A scope must belong to the resource of the guard.
//! - If the file declares the name elsewhere, the message names the argument or attribute to use.
//! - Otherwise the message suggests similar names. If no name is similar, the message lists declared names.

#[cfg(test)]
mod tests;

use crate::{
    locate::FILE_NAME,
    manifest::{Declared, Manifest, Resource},
    suggest,
};

/// The maximum number of names that a message lists.
const LISTED: usize = 5;

impl Manifest {
    /// Returns the message for a guard without `resource`. Call this method if the file does not have a
    /// default resource.
    ///
    /// `place` is the path of the file as messages show it.
    #[must_use]
    pub fn no_default(&self, place: &str) -> String {
        match self.resources.first() {
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

    /// Returns the message for a resource that the file does not declare. `written` is the name or
    /// the indicator that the attribute has.
    ///
    /// `place` is the path of the file as messages show it.
    #[must_use]
    pub fn unknown_resource(&self, place: &str, written: &str) -> String {
        let same = |other: &&str| other.trim_end_matches('/') == written.trim_end_matches('/');
        let names = || self.resources.iter().flat_map(Resource::names);
        let hint = if let Some(other) = names().find(same) {
            format!("the trailing slash matters; did you mean `{other}`?")
        } else if let Some(other) = names().find(|other| other.eq_ignore_ascii_case(written)) {
            format!("upper and lower case matter; did you mean `{other}`?")
        } else if let Some(other) = suggest::nearest(written, names()) {
            format!("did you mean `{other}`?")
        } else {
            declared_names(names())
        };
        format!("unknown resource `{written}`, not declared in {place}; {hint}")
    }

    /// Returns the message for a wrong scope, or `None` if `resource` has the scope.
    #[must_use]
    pub fn wrong_scope(&self, resource: &Resource, scope: &str) -> Option<String> {
        if resource.has_scope(scope) {
            return None;
        }
        let elsewhere = self.resources.iter().find(|other| other.has_scope(scope));
        Some(if let Some(other) = elsewhere {
            format!(
                "`{scope}` is a scope of {}; write `resource = \"{}\"`",
                other.indicator,
                other.short_name()
            )
        } else if self.has_permission(scope) {
            format!(
                "`{scope}` is an organization permission; use \
                 `#[require_org_permission(\"{scope}\")]`"
            )
        } else {
            let hint = similar_names(scope, names_of(&resource.scopes));
            format!("unknown scope `{scope}` for {}; {hint}", resource.indicator)
        })
    }

    /// Returns the message for a wrong permission, or `None` if the file declares the permission.
    #[must_use]
    pub fn wrong_permission(&self, permission: &str) -> Option<String> {
        if self.has_permission(permission) {
            return None;
        }
        let resource = self
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
                let hint = similar_names(permission, names_of(&self.permissions));
                format!("unknown organization permission `{permission}`; {hint}")
            }
        })
    }
}

fn names_of(declared: &[Declared]) -> impl Iterator<Item = &str> + Clone {
    declared.iter().map(|declared| declared.name.as_str())
}

/// Returns a hint with similar names. If no name is similar, the hint lists declared names.
fn similar_names<'a>(word: &str, names: impl Iterator<Item = &'a str> + Clone) -> String {
    match suggest::ranked(word, names.clone()).as_slice() {
        [] => declared_names(names),
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

fn declared_names<'a>(names: impl Iterator<Item = &'a str>) -> String {
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
