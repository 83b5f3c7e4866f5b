//! Compares `logto.toml` with the guards in the source. Needs neither a secret nor a network.

use std::collections::HashSet;

use logto_manifest::{Declared, Manifest};

use crate::{
    finding::{Finding, Place},
    source::{
        Source,
        guard::{Guard, Kind, ScopeExpr},
        names::{Asked, asked_scopes, resource_of},
    },
};

/// What a guard names or needs, but `logto.toml` does not declare.
pub(super) struct Unknown {
    pub(super) finding: Finding,
    /// The scope or organization permission, or `None` for a resource.
    pub(super) scope: Option<String>,
    /// The indicator of the resource, or the text with which a guard names an unknown resource. `None` for an
    /// organization permission, and for a default resource that the file lacks.
    pub(super) indicator: Option<String>,
}

/// Looks up the scopes, permissions and resources that guards name in strings. Finds those that the file does
/// not declare. If the file does not have a default resource, also finds the guards that need one.
///
/// The compiler refuses such guards too, but it does not see code behind an inactive `#[cfg]`.
pub(super) fn unknown(file: &str, manifest: &Manifest, source: &Source) -> Vec<Unknown> {
    let guards = source.guards.iter();
    guards
        .flat_map(|guard| unknown_of(file, manifest, guard))
        .collect()
}

fn unknown_of(file: &str, manifest: &Manifest, guard: &Guard) -> Vec<Unknown> {
    let strings = || {
        let leaves = ScopeExpr::leaves(&guard.arguments.scopes);
        leaves.into_iter().filter_map(|leaf| match leaf {
            ScopeExpr::One(written) => Some(written),
            _ => None,
        })
    };
    if guard.kind == Kind::OrganizationPermission {
        let each = strings().filter_map(|written| {
            let message = manifest.wrong_permission(&written.text)?;
            Some(Unknown {
                finding: Finding::error("unknown_permission", message).at(&written.place),
                scope: Some(written.text.clone()),
                indicator: None,
            })
        });
        return each.collect();
    }
    if !guard.kind.has_resource() {
        return Vec::new();
    }
    let Some(resource) = resource_of(manifest, guard) else {
        return vec![unknown_resource(file, manifest, guard)];
    };
    let each = strings().filter_map(|written| {
        let message = manifest.wrong_scope(resource, &written.text)?;
        Some(Unknown {
            finding: Finding::error("unknown_scope", message).at(&written.place),
            scope: Some(written.text.clone()),
            indicator: Some(resource.indicator.clone()),
        })
    });
    each.collect()
}

fn unknown_resource(file: &str, manifest: &Manifest, guard: &Guard) -> Unknown {
    let finding = match &guard.arguments.resource {
        Some(written) => {
            let message = manifest.unknown_resource(file, &written.text);
            Finding::error("unknown_resource", message).at(&written.place)
        }
        None => Finding::error("no_default_resource", manifest.no_default(file)).at(&guard.place),
    };
    Unknown {
        finding,
        scope: None,
        indicator: guard.arguments.resource.as_ref().map(|it| it.text.clone()),
    }
}

/// Finds scopes and permissions of the file that neither a guard nor code such as `has_scope("…")` names.
pub(super) fn unused(file: &str, manifest: &Manifest, source: &Source) -> Vec<Finding> {
    let guards = source.guards.iter();
    let named: Vec<Asked<'_>> = guards
        .flat_map(|guard| asked_scopes(manifest, guard))
        .collect();
    let in_code: HashSet<&str> = source.used.iter().map(|used| &*used.0).collect();
    let is_unused = |declared: &Declared, indicator: Option<&str>| {
        let asked = Asked {
            scope: &declared.name,
            indicator,
        };
        !named.contains(&asked) && !in_code.contains(&*declared.name)
    };
    let mut findings = Vec::new();
    for resource in &manifest.resources {
        let indicator = &resource.indicator;
        for scope in &resource.scopes {
            if is_unused(scope, Some(indicator)) {
                let message = format!(
                    "no guard uses the scope `{}` of {indicator}; remove it, or guard a route \
                     with it",
                    scope.name
                );
                let found = Finding::warning("unused_scope", message);
                findings.push(found.at(&line(file, scope)));
            }
        }
    }
    for permission in &manifest.permissions {
        if is_unused(permission, None) {
            let message = format!(
                "no guard uses the organization permission `{}`; remove it, or guard a route \
                 with it",
                permission.name
            );
            let found = Finding::warning("unused_permission", message);
            findings.push(found.at(&line(file, permission)));
        }
    }
    findings
}

fn line(file: &str, declared: &Declared) -> Place {
    Place {
        file: file.to_owned(),
        line: declared.line,
        column: None,
    }
}
