//! [`TokenRequest`], a request to Logto for a token.

use serde::{Deserialize, Serialize};

use super::combinations;
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
    /// Whether one of these guards rejects the tokens of organizations.
    is_global: bool,
    /// Scopes that meet these guards. For `any("a", "b")`, only the first one.
    pub(super) scopes: Vec<&'static str>,
    /// All scopes that these guards name. For `any("a", "b")`, both.
    pub(super) names: Vec<&'static str>,
    /// The owner of the token: `Some(true)` for a machine, `Some(false)` for a user, `None` for either.
    machine: Option<bool>,
    /// The id of the client that these guards name. `None` if they name none, or if the program does not know
    /// the name.
    pub(super) client: Option<String>,
    /// The requirements that the token must meet. For alternatives, has only one of them.
    met: Vec<Requirement>,
}

impl Wanted {
    /// Returns token requests for tokens that meet one alternative of each guard. Leaves out combinations
    /// that no token meets. If no token can meet a later guard together with the earlier ones, ignores that
    /// guard. Returns an empty list if the known checks do not read a token.
    pub(super) fn of(checks: &Checks, logto: &Logto) -> Vec<Self> {
        let mut requirements = checks.requirements();
        let mut all = match requirements.next() {
            Some(first) => Self::each(first, logto),
            None if reads_the_caller(checks) => {
                vec![Self::one(&Requirement::authenticated(), logto)]
            }
            None => return Vec::new(),
        };
        for requirement in requirements {
            let each = Self::each(requirement, logto);
            let both = combinations::of_both(&all, &each, Self::and, Self::needs_no_more);
            if !both.is_empty() {
                all = both;
            }
        }
        for wanted in &mut all {
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
            is_global: requirement.kind() == RequirementKind::Scopes,
            scopes,
            names: requirement.scope_names(),
            machine: requirement
                .subject()
                .map(|subject| subject == Subject::Machine),
            client: requirement
                .client()
                .and_then(|written| logto.settings().clients.id_of(written).ok())
                .map(str::to_owned),
            met: vec![*requirement],
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

    /// Adds what another guard requires. Returns `None` if no token meets both, for example because they are
    /// for different resources.
    fn and(&self, other: &Self) -> Option<Self> {
        let organization = self.organization || other.organization;
        let is_global = self.is_global || other.is_global;
        let is_possible = self.resource == other.resource
            && !(organization && is_global)
            && agree(&self.machine, &other.machine)
            && agree(&self.client, &other.client);
        is_possible.then(|| Self {
            resource: self.resource.clone(),
            organization,
            is_global,
            scopes: union(&self.scopes, &other.scopes),
            names: union(&self.names, &other.names),
            machine: self.machine.or(other.machine),
            client: self.client.clone().or_else(|| other.client.clone()),
            met: union(&self.met, &other.met),
        })
    }

    /// Whether every token that meets `other` also meets `self`.
    fn needs_no_more(&self, other: &Self) -> bool {
        self.met.iter().all(|it| other.met.contains(it))
    }
}

/// Whether the two values do not contradict each other.
fn agree<T: PartialEq>(one: &Option<T>, other: &Option<T>) -> bool {
    one.is_none() || other.is_none() || one == other
}

/// Collects scopes that meet an expression. Of alternatives, collects only the first.
fn collect_first(expr: &ScopeExpr, scopes: &mut Vec<&'static str>) {
    match expr {
        ScopeExpr::One(name) => add(scopes, name),
        ScopeExpr::All(list) => list.iter().for_each(|expr| collect_first(expr, scopes)),
        ScopeExpr::Any(list) => (list.iter().take(1)).for_each(|expr| collect_first(expr, scopes)),
    }
}

fn union<T: Copy + PartialEq>(one: &[T], other: &[T]) -> Vec<T> {
    let mut all = one.to_vec();
    for item in other {
        add(&mut all, *item);
    }
    all
}

fn add<T: PartialEq>(list: &mut Vec<T>, item: T) {
    if !list.contains(&item) {
        list.push(item);
    }
}

fn reads_the_caller(checks: &Checks) -> bool {
    let reads = |check: &Check| matches!(check, Check::Caller { .. } | Check::Organization { .. });
    checks.list.iter().any(reads)
}
