//! Compares `logto.toml` with the tenant.

use std::collections::BTreeSet;

use logto_manifest::{Declared, Manifest, Resource, suggest::did_you_mean, syntax};

use crate::{
    finding::Finding,
    tenant::{Tenant, scopes_of},
};

const PUSH: &str = "run `cargo logto push` to create it, or remove it here";
const PULL: &str = "run `cargo logto pull` to add it here";

/// Finds what only the file has, and what only the tenant has. Leaves out names of the tenant that the file
/// can't declare. Also finds resources of the tenant whose indicators begin with `urn:logto:`.
pub(super) fn compare(file: &str, manifest: &Manifest, tenant: &Tenant) -> Vec<Finding> {
    let mut findings = Vec::new();
    for resource in &manifest.resources {
        scopes(file, resource, tenant, &mut findings);
    }
    let declared = |indicator: &str| {
        let mut resources = manifest.resources.iter();
        resources.any(|resource| resource.indicator == indicator)
    };
    for resource in &tenant.resources {
        let indicator = &resource.indicator;
        if indicator.to_ascii_lowercase().starts_with("urn:logto:") {
            let message = format!(
                "the tenant has an API resource `{indicator}`: its tokens look like those of \
                 Logto's own audiences, such as organizations; delete it in the console"
            );
            findings.push(Finding::warning("reserved_indicator", message));
        } else if !declared(indicator) && is_indicator(indicator) {
            let message = format!("only the tenant has the API resource {indicator}; {PULL}");
            findings.push(Finding::warning("resource_only_in_tenant", message).at_line(file, 1));
        }
    }
    permissions(file, manifest, tenant, &mut findings);
    findings
}

fn scopes(file: &str, resource: &Resource, tenant: &Tenant, findings: &mut Vec<Finding>) {
    let (indicator, line) = (&resource.indicator, resource.line);
    let Some(existing) = tenant.resource(indicator) else {
        let known = tenant.resources.iter().map(|it| &*it.indicator);
        let hint = did_you_mean(indicator, known);
        let message =
            format!("the tenant does not have the API resource {indicator}{hint}; {PUSH}");
        findings.push(Finding::error("resource_not_in_tenant", message).at_line(file, line));
        return;
    };
    let existing = scopes_of(existing);
    let only_in_tenant: BTreeSet<&str> = existing
        .iter()
        .copied()
        .filter(|scope| !resource.has_scope(scope) && syntax::scope::check(scope).is_ok())
        .collect();
    for scope in &resource.scopes {
        if existing.contains(&*scope.name) {
            continue;
        }
        let message = format!(
            "the tenant does not have the scope `{}` of {indicator}{}",
            scope.name,
            advice(scope, &only_in_tenant)
        );
        findings.push(Finding::error("scope_not_in_tenant", message).at_line(file, scope.line));
    }
    for scope in only_in_tenant {
        let message = format!("only the tenant has the scope `{scope}` of {indicator}; {PULL}");
        findings.push(Finding::warning("scope_only_in_tenant", message).at_line(file, line));
    }
}

fn permissions(file: &str, manifest: &Manifest, tenant: &Tenant, findings: &mut Vec<Finding>) {
    let only_in_tenant: BTreeSet<&str> = tenant
        .permissions
        .iter()
        .map(String::as_str)
        .filter(|it| !manifest.has_permission(it) && syntax::scope::check(it).is_ok())
        .collect();
    for permission in &manifest.permissions {
        if tenant.permissions.contains(&permission.name) {
            continue;
        }
        let message = format!(
            "the tenant does not have the organization permission `{}`{}",
            permission.name,
            advice(permission, &only_in_tenant)
        );
        let found = Finding::error("permission_not_in_tenant", message);
        findings.push(found.at_line(file, permission.line));
    }
    for permission in only_in_tenant {
        let message =
            format!("only the tenant has the organization permission `{permission}`; {PULL}");
        findings.push(Finding::warning("permission_only_in_tenant", message).at_line(file, 1));
    }
}

/// Returns the end of a message about a name that only the file has. If the tenant has a similar name that
/// the file lacks, mentions that name.
fn advice(declared: &Declared, only_in_tenant: &BTreeSet<&str>) -> String {
    let nearest = logto_manifest::suggest::nearest(&declared.name, only_in_tenant.iter().copied());
    match nearest {
        Some(nearest) => format!(
            ", but `{nearest}`: was it renamed? Then run `cargo logto pull` and change the guards; \
             otherwise, {PUSH}"
        ),
        None => format!("; {PUSH}"),
    }
}

fn is_indicator(indicator: &str) -> bool {
    syntax::resource::check_indicator(indicator, String::new).is_ok()
}
