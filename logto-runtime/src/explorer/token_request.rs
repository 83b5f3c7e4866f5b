//! [`TokenRequest`], a request to Logto for a token.

use serde::{Deserialize, Serialize};

use crate::{
    decide::resource_of,
    logto::Logto,
    policy::requirement::{Requirement, RequirementKind, ScopeExpr, Subject},
    routes::checks::{Check, Checks},
};

/// A request to Logto for a token that a route accepts. Each field is the parameter with the same name.
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
    /// The scopes, separated by spaces. For `any("a", "b")`, only the first one.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub scope: String,
}

/// A token request, and facts about the guards that the token must meet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Wanted {
    pub(super) resource: Option<String>,
    /// Whether the token request names an organization.
    pub(super) organization: bool,
    /// Scopes that meet these guards. For `any("a", "b")`, only the first one.
    pub(super) scopes: Vec<&'static str>,
    /// All scopes that these guards name. For `any("a", "b")`, both.
    pub(super) names: Vec<&'static str>,
    pub(super) subject: Option<Subject>,
}

impl Wanted {
    /// Returns one token request for each alternative of the first guard. Of a later guard, uses only the
    /// first alternative. Returns an empty list if the known checks do not read a token.
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

    /// Returns the parameters of the token request. `organization` is the organization that the route names.
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
            // If the program does not know the resource, no token fits. The page then shows the default
            // resource.
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

    /// Whether an argument of the handler reads the organization of the token. The token request must then
    /// name an organization.
    ///
    /// An optional argument counts only if no guard names a scope. A guard that names a scope says itself
    /// whether the token has an organization.
    fn must_name_an_organization(&self, checks: &Checks) -> bool {
        checks.list.iter().any(|check| match check {
            Check::Organization { optional } => !optional || self.names.is_empty(),
            Check::Guard(_) | Check::Layer { .. } | Check::Caller { .. } | Check::Unknown(_) => {
                false
            }
        })
    }

    /// Adds what another guard requires. Does nothing if the two guards are for different resources.
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

/// Collects scopes that meet an expression. Of alternatives, collects only the first.
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
