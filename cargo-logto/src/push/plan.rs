//! [`Plan`]: the resources, scopes and permissions that `logto.toml` declares and the tenant lacks.

use std::fmt;

use logto_manifest::Manifest;

use crate::{
    tenant::{Tenant, scopes_of},
    text::plain,
};

/// The steps of a `push`, in the order in which they run.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Plan {
    pub(super) steps: Vec<Step>,
}

/// An item that `push` creates in the tenant.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Step {
    Resource { indicator: String, name: String },
    Scope { indicator: String, scope: String },
    Permission { permission: String },
}

impl Plan {
    pub(super) fn new(manifest: &Manifest, tenant: &Tenant) -> Self {
        let mut steps = Vec::new();
        for resource in &manifest.resources {
            let indicator = &resource.indicator;
            let existing = tenant.resource(indicator);
            if existing.is_none() {
                steps.push(Step::Resource {
                    indicator: indicator.clone(),
                    name: resource.short_name().to_owned(),
                });
            }
            let existing = existing.map(scopes_of).unwrap_or_default();
            let lacking = resource.scopes.iter();
            let lacking = lacking.filter(|scope| !existing.contains(&*scope.name));
            steps.extend(lacking.map(|scope| Step::Scope {
                indicator: indicator.clone(),
                scope: scope.name.clone(),
            }));
        }
        let lacking = manifest.permissions.iter();
        let lacking = lacking.filter(|it| !tenant.permissions.contains(&it.name));
        steps.extend(lacking.map(|permission| Step::Permission {
            permission: permission.name.clone(),
        }));
        Self { steps }
    }
}

impl fmt::Display for Plan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, step) in self.steps.iter().enumerate() {
            let newline = if at == 0 { "" } else { "\n" };
            write!(f, "{newline}create  {step}")?;
        }
        Ok(())
    }
}

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (what, name, of) = match self {
            Self::Resource { indicator, name } => ("resource", indicator, Some(name)),
            Self::Scope { indicator, scope } => ("scope", scope, Some(indicator)),
            Self::Permission { permission } => ("permission", permission, None),
        };
        let name = plain(name);
        match of {
            Some(of) => write!(f, "{what:<12}{name:<28}  {}", plain(of)),
            None => write!(f, "{what:<12}{name}"),
        }
    }
}
