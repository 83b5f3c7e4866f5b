//! The mark that an attribute leaves in the operation below it.

use serde::{Deserialize, Serialize};

use super::alternatives;
use crate::{
    describe::inventory::guards,
    policy::requirement::{OrganizationSource, Requirement, RequirementKind, Subject},
};

/// What one guard asks for, as an extension of its operation until the document is described.
#[derive(Debug, Deserialize, Serialize)]
pub struct GuardMark {
    /// The attribute as text.
    pub(super) attribute: String,
    /// Each of which is enough; `None` if they are too many.
    pub(super) alternatives: Option<Vec<Demand>>,
    /// Whether a valid token for the right audience can be refused.
    pub(super) can_forbid: bool,
    /// How many guards the same handler has.
    pub(super) stacked: usize,
}

/// A token that is enough.
#[derive(Debug, Deserialize, Serialize)]
pub(super) struct Demand {
    pub(super) token: Token,
    /// As in the attribute; the default resource without.
    pub(super) resource: Option<String>,
    pub(super) scopes: Vec<String>,
    /// Whether it speaks for a machine or for a person, where that matters.
    pub(super) machine: Option<bool>,
    /// Where the request names the same organization, if it has to.
    pub(super) organization: Option<String>,
}

/// What kind of token it is.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq, Serialize)]
pub(super) enum Token {
    /// Of a resource, in an organization or not.
    Authenticated,
    /// Of a resource, in no organization.
    Scopes,
    Organization,
    ResourceInOrganization,
}

impl Token {
    /// Whether a client asks for both in the same way.
    pub(super) fn is_asked_for_like(self, other: Self) -> bool {
        let as_asked = |token| match token {
            Self::Authenticated => Self::Scopes,
            token => token,
        };
        as_asked(self) == as_asked(other)
    }
}

/// The mark of a guard; none for a public handler. For generated code, `Owner` as in the inventory.
#[must_use]
pub fn guard_mark<Owner: 'static>(requirement: Option<&'static Requirement>) -> Option<GuardMark> {
    requirement.map(|requirement| GuardMark {
        attribute: requirement.to_string(),
        alternatives: demands(requirement),
        can_forbid: can_forbid(requirement),
        stacked: guards().filter(|guard| guard.is_of::<Owner>()).count(),
    })
}

fn demands(requirement: &Requirement) -> Option<Vec<Demand>> {
    let token = match requirement.kind() {
        RequirementKind::Alternatives => {
            return alternatives::any_of(requirement.alternatives().iter().map(demands));
        }
        RequirementKind::Authenticated => Token::Authenticated,
        RequirementKind::Scopes => Token::Scopes,
        RequirementKind::OrganizationPermission => Token::Organization,
        RequirementKind::OrganizationScopes => Token::ResourceInOrganization,
    };
    let enough = match requirement.scope_expr() {
        Some(expr) => alternatives::of_scopes(expr)?,
        None => vec![alternatives::Scopes::new()],
    };
    let demand = |scopes: alternatives::Scopes| Demand {
        token,
        resource: requirement.resource().map(str::to_owned),
        scopes: scopes.into_iter().map(str::to_owned).collect(),
        machine: requirement
            .subject()
            .map(|subject| subject == Subject::Machine),
        organization: organization(requirement),
    };
    Some(enough.into_iter().map(demand).collect())
}

fn organization(requirement: &Requirement) -> Option<String> {
    match requirement.organization() {
        OrganizationSource::Token => None,
        source => requirement
            .wants_organization()
            .then(|| format!("{source:?}")),
    }
}

fn can_forbid(requirement: &Requirement) -> bool {
    match requirement.kind() {
        RequirementKind::Authenticated => requirement.subject().is_some(),
        RequirementKind::Alternatives => requirement.alternatives().iter().any(can_forbid),
        RequirementKind::Scopes
        | RequirementKind::OrganizationPermission
        | RequirementKind::OrganizationScopes => true,
    }
}
