//! Looks up the resource and the scopes of a guard in `logto.toml`.

use logto_manifest::{Manifest, Resource};

use super::guard::{Guard, Kind, ScopeExpr};

/// A scope that a guard asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Asked<'a> {
    pub(crate) scope: &'a str,
    /// The resource indicator, or `None` for an organization permission.
    pub(crate) indicator: Option<&'a str>,
}

/// Returns the resource that a guard names. If the guard does not name one, returns the default resource.
pub(crate) fn resource_of<'a>(manifest: &'a Manifest, guard: &Guard) -> Option<&'a Resource> {
    match &guard.arguments.resource {
        Some(written) => manifest.resource(&written.text),
        None => manifest.default_resource(),
    }
}

/// Returns the scopes that a guard asks for. Leaves out scopes whose resource or constant `logto.toml` does
/// not declare.
pub(crate) fn asked_scopes<'a>(manifest: &'a Manifest, guard: &'a Guard) -> Vec<Asked<'a>> {
    let leaves = ScopeExpr::leaves(&guard.arguments.scopes);
    leaves
        .into_iter()
        .filter_map(|leaf| asked_scope(manifest, guard, leaf))
        .collect()
}

/// Returns the scope of a string or constant.
pub(crate) fn asked_scope<'a>(
    manifest: &'a Manifest,
    guard: &Guard,
    leaf: &'a ScopeExpr,
) -> Option<Asked<'a>> {
    match leaf {
        ScopeExpr::One(written) => Some(Asked {
            scope: &written.text,
            indicator: match guard.kind {
                Kind::OrganizationPermission => None,
                _ => Some(&resource_of(manifest, guard)?.indicator),
            },
        }),
        ScopeExpr::Constant(path) => constant(manifest, path),
        ScopeExpr::All(_) | ScopeExpr::Any(_) => None,
    }
}

/// Looks up a constant of `scopes!()` by the last segment of its path. If the previous segment is a module
/// of `scopes!()`, looks only in that module.
fn constant<'a>(manifest: &'a Manifest, path: &[String]) -> Option<Asked<'a>> {
    let name = path.last()?;
    let module = path.iter().rev().nth(1);
    let constants = manifest.constants();
    let in_module = constants
        .modules
        .into_iter()
        .find(|(known, _)| Some(known) == module)
        .map(|(_, constants)| constants);
    let found = in_module
        .unwrap_or(constants.unique)
        .into_iter()
        .find(|constant| constant.name == *name)?;
    Some(Asked {
        scope: found.scope,
        indicator: found.resource.map(|resource| &*resource.indicator),
    })
}
