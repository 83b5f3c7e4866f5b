//! [`TokenRequest`], the request with which a client gets a token that a route accepts.

use serde::{Deserialize, Serialize};

use crate::{
    decide::resource_of,
    logto::Logto,
    policy::requirement::{Requirement, RequirementKind, ScopeExpr, Subject},
    routes::checks::{Check, Checks},
};

/// The token request that a route needs. Each field has the name of a parameter of the token request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct TokenRequest {
    /// The resource indicator. Absent for organization permissions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub resource: Option<String>,
    /// The organization that the route names, or `…` for any organization. Absent if the token request does
    /// not name an organization.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub organization_id: Option<String>,
    /// The scopes, separated by spaces. For `any("a", "b")`, the first one.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub scope: String,
}

/// A token request, with what a persona must know about the guards of the route.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Wanted {
    pub(super) resource: Option<String>,
    /// Whether the token request names an organization.
    pub(super) organization: bool,
    /// Scopes that meet the guards: of alternatives such as `any("a", "b")`, the first.
    pub(super) scopes: Vec<&'static str>,
    /// All scopes that the guards name.
    pub(super) names: Vec<&'static str>,
    pub(super) subject: Option<Subject>,
}

impl Wanted {
    /// Returns the token requests of a route: several if its first guard has alternatives, and an empty list
    /// if the known checks do not read a token. Of a later guard, only the first alternative counts.
    pub(super) fn of(checks: &Checks, logto: &Logto) -> Vec<Self> {
        let mut requirements = checks.requirements();
        let mut all = match requirements.next() {
            Some(first) => Self::each(first, logto),
            None if reads_the_caller(checks) => {
                vec![Self::one(&Requirement::authenticated(), logto)]
            }
            None => return Vec::new(),
        };
        let others: Vec<_> = requirements
            .filter_map(|requirement| Self::each(requirement, logto).into_iter().next())
            .collect();
        for wanted in &mut all {
            for other in &others {
                wanted.add(other);
            }
            wanted.organization |= wanted.must_name_an_organization(checks);
        }
        all
    }

    /// Returns the parameters of the request, for a route that names this organization.
    pub(super) fn parameters(&self, organization: Option<&str>) -> TokenRequest {
        let organization = organization.unwrap_or("…").to_owned();
        TokenRequest {
            resource: self.resource.clone(),
            organization_id: self.organization.then_some(organization),
            scope: self.scopes.join(" "),
        }
    }

    fn each(requirement: &'static Requirement, logto: &Logto) -> Vec<Self> {
        match requirement.kind() {
            RequirementKind::Alternatives => requirement
                .alternatives()
                .iter()
                .flat_map(|alternative| Self::each(alternative, logto))
                .collect(),
            _ => vec![Self::one(requirement, logto)],
        }
    }

    pub(super) fn one(requirement: &Requirement, logto: &Logto) -> Self {
        let resources = &logto.settings().resources;
        let resource = match requirement.kind() {
            RequirementKind::OrganizationPermission => None,
            // If the program does not know the resource, no token fits, and the default resource is
            // shown instead.
            _ => resource_of(requirement, resources)
                .ok()
                .or(resources.default_indicator())
                .map(str::to_owned),
        };
        let mut scopes = Vec::new();
        if let Some(expr) = requirement.scope_expr() {
            collect_first(expr, &mut scopes);
        }
        Self {
            resource,
            organization: requirement.wants_organization(),
            scopes,
            names: requirement.scope_names(),
            subject: requirement.subject(),
        }
    }

    /// Whether the token request names an organization because an extractor takes the organization from the
    /// token. An optional extractor counts only if no guard names a scope, as with `require_auth` or without a
    /// guard: then it is open whether the token has an organization.
    fn must_name_an_organization(&self, checks: &Checks) -> bool {
        checks.list.iter().any(|check| match check {
            Check::Organization { optional } => !optional || self.names.is_empty(),
            Check::Guard(_) | Check::Layer { .. } | Check::Caller { .. } | Check::Unknown(_) => {
                false
            }
        })
    }

    /// Adds what another guard of the route asks for, if both guards are for the same resource.
    fn add(&mut self, other: &Self) {
        if self.resource == other.resource {
            self.organization |= other.organization;
            self.subject = self.subject.or(other.subject);
            for (into, from) in [
                (&mut self.scopes, &other.scopes),
                (&mut self.names, &other.names),
            ] {
                for scope in from {
                    add(into, scope);
                }
            }
        }
    }
}

/// Collects scopes that meet an expression: of alternatives, the first.
fn collect_first(expr: &ScopeExpr, scopes: &mut Vec<&'static str>) {
    match expr {
        ScopeExpr::One(name) => add(scopes, name),
        ScopeExpr::All(list) => list.iter().for_each(|expr| collect_first(expr, scopes)),
        ScopeExpr::Any(list) => (list.iter().take(1)).for_each(|expr| collect_first(expr, scopes)),
    }
}

fn add(scopes: &mut Vec<&'static str>, scope: &'static str) {
    if !scopes.contains(&scope) {
        scopes.push(scope);
    }
}

fn reads_the_caller(checks: &Checks) -> bool {
    let reads = |check: &Check| matches!(check, Check::Caller { .. } | Check::Organization { .. });
    checks.list.iter().any(reads)
}
