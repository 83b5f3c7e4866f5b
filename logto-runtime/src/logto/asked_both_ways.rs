//! Finds resources that guards ask for in two ways: globally and within organizations.
//!
//! A client can request a token for such a resource without `organization_id`. The token then also
//! has the scopes that the user has in any organization. So a role within one organization can grant the
//! scope of a global guard.

use std::collections::{BTreeMap, BTreeSet};

use super::Logto;
use crate::{
    policy::{
        placed::Placed,
        requirement::{Requirement, RequirementKind},
    },
    telemetry,
};

/// How guards ask for one resource.
#[derive(Default)]
struct GuardScopes {
    /// The scopes that global guards ask for.
    globally: BTreeSet<&'static str>,
    /// Whether an organization guard asks for the resource.
    in_organizations: bool,
}

impl Logto {
    /// Logs a warning for each resource that guards ask for in two ways: globally and within organizations.
    /// Later calls do nothing.
    pub(super) fn warn_of_resources_asked_both_ways(&self) {
        self.shared().asked_both_ways.call_once(|| {
            let mut asked = BTreeMap::new();
            for placed in Placed::all() {
                if let (Some(requirement), _) = (placed.guards)() {
                    self.collect(requirement, &mut asked);
                }
            }
            for (resource, scopes) in asked {
                if scopes.in_organizations && !scopes.globally.is_empty() {
                    let globally: Vec<_> = scopes.globally.into_iter().collect();
                    telemetry::asked_both_ways(resource, &globally.join(" "));
                }
            }
        });
    }

    /// Notes how a requirement and its alternatives ask for resources.
    fn collect<'l>(
        &'l self,
        requirement: &'static Requirement,
        asked: &mut BTreeMap<&'l str, GuardScopes>,
    ) {
        for alternative in requirement.alternatives() {
            self.collect(alternative, asked);
        }
        let resources = &self.settings().resources;
        let Some(resource) = resources.indicator_of(requirement.resource()) else {
            return;
        };
        match requirement.kind() {
            RequirementKind::Scopes => {
                let scopes = asked.entry(resource).or_default();
                scopes.globally.extend(requirement.scope_names());
            }
            RequirementKind::OrganizationScopes => {
                asked.entry(resource).or_default().in_organizations = true;
            }
            _ => {}
        }
    }
}
