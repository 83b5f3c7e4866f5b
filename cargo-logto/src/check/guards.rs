//! Compares the guards in the source with the tenant.

use std::collections::{BTreeMap, HashMap};

use logto_management::OrganizationRole;
use logto_manifest::Manifest;

use super::offline::Unknown;
use crate::{
    finding::{Finding, Place},
    source::{
        Source,
        guard::{Guard, Kind, Organization, Subject},
        names::{asked_scopes, resource_of},
    },
    tenant::{Tenant, scopes_of},
    text::{counted, plain},
};

/// Returns the findings of `unknown`. Adds a hint to a finding if the tenant has what `logto.toml` lacks.
pub(super) fn with_hints(unknown: Vec<Unknown>, tenant: &Tenant) -> Vec<Finding> {
    let each = unknown.into_iter().map(|unknown| {
        let Unknown {
            mut finding,
            scope,
            indicator,
        } = unknown;
        let in_tenant = match (&scope, &indicator) {
            (None, Some(indicator)) => tenant
                .resource(indicator)
                .map(|_| format!("the API resource {indicator}")),
            (Some(scope), Some(indicator)) => tenant
                .resource(indicator)
                .filter(|it| scopes_of(it).contains(&**scope))
                .map(|_| format!("the scope `{scope}` of {indicator}")),
            (Some(permission), None) => tenant
                .permissions
                .get(permission)
                .map(|_| format!("the organization permission `{permission}`")),
            (None, None) => None,
        };
        if let Some(in_tenant) = in_tenant {
            let hint = format!("; the tenant has {in_tenant}: run `cargo logto pull`");
            finding.message += &plain(&hint);
        }
        finding
    });
    each.collect()
}

/// Finds resources that the file declares and a guard uses, but that the tenant does not have. Returns one
/// finding for each resource, at the first guard that uses the resource.
pub(super) fn without_resource(
    manifest: &Manifest,
    source: &Source,
    tenant: &Tenant,
) -> Vec<Finding> {
    let mut lacking: BTreeMap<&str, Vec<&Place>> = BTreeMap::new();
    for guard in source.guards.iter().filter(|it| it.kind.has_resource()) {
        if let Some(resource) = resource_of(manifest, guard)
            && tenant.resource(&resource.indicator).is_none()
        {
            let guards = lacking.entry(&resource.indicator).or_default();
            guards.push(&guard.place);
        }
    }
    let each = lacking.into_iter().map(|(indicator, guards)| {
        let others = match guards.len() - 1 {
            0 => String::new(),
            others => format!(" and {}", counted(others, "other guard")),
        };
        let message = format!(
            "nobody can get a token for this guard{others}: the tenant does not have the API \
             resource {indicator}; create it with `cargo logto push`"
        );
        Finding::error("guard_resource_not_in_tenant", message).at(guards[0])
    });
    each.collect()
}

/// Finds `#[require_scopes]` guards with a scope that an organization role grants. Leaves out guards with
/// `org = any`, because they accept such a scope on purpose. Also leaves out guards with `subject = machine`,
/// because they refuse users.
///
/// A user's token that does not name an organization has the scopes of all organization roles of the user. So
/// a guard without `org = any` accepts a scope from a role in any organization.
pub(super) fn granted_by_organizations(
    manifest: &Manifest,
    source: &Source,
    tenant: &Tenant,
    roles: &[OrganizationRole],
) -> Vec<Finding> {
    let mut granting: HashMap<&str, &str> = HashMap::new();
    for role in roles {
        for scope in &role.resource_scopes {
            granting.entry(&scope.id).or_insert(&role.name);
        }
    }
    let is_global = |guard: &&Guard| {
        guard.kind == Kind::Scopes
            && guard.arguments.organization != Organization::Any
            && guard.arguments.subject != Some(Subject::Machine)
    };
    let mut findings = Vec::new();
    for guard in source.guards.iter().filter(is_global) {
        for asked in asked_scopes(manifest, guard) {
            let resource = asked.indicator.and_then(|it| tenant.resource(it));
            let mut scopes = resource.into_iter().flat_map(|it| &it.scopes);
            let granted = scopes.find(|scope| scope.name == asked.scope);
            if let Some(role) = granted.and_then(|scope| granting.get(&*scope.id)) {
                let message = format!(
                    "the organization role `{}` grants `{scope}`, so users with this role in any \
                     organization have `{scope}` in a token that does not name an organization, \
                     and this global guard accepts that scope; use a scope that organization roles \
                     do not grant, or write `org = any` if this access is intended",
                    plain(role),
                    scope = asked.scope
                );
                let found = Finding::warning("global_scope_in_organization_role", message);
                findings.push(found.at(&guard.place));
            }
        }
    }
    findings
}
