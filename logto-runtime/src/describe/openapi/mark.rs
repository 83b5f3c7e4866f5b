//! The mark that an attribute leaves in the OpenAPI operation of the `#[utoipa::path(…)]` below it.

use serde::{Deserialize, Serialize};

use super::alternatives;
use crate::{
    describe::inventory::guards,
    policy::requirement::{OrganizationSource, Requirement, RequirementKind, Subject},
};

/// The requirement of a guard, stored as an extension of the operation until the operation is
/// described.
#[derive(Debug, Deserialize, Serialize)]
pub struct GuardMark {
    /// The requirement, written as an attribute.
    pub(super) attribute: String,
    /// The ways to meet the guard. A token that fits one of them is enough. `None` if there are too many.
    pub(super) alternatives: Option<Vec<TokenRequirement>>,
    /// Whether the guard can answer 403 to a valid token with the right audience. For alternatives, `true` if
    /// this holds for one of them.
    pub(super) can_forbid: bool,
    /// What callers need, as text. `None` if the guard checks only tokens. If there is a text, `alternatives`
    /// is not used.
    pub(super) by_hand: Option<String>,
    /// The number of guards of the same handler.
    pub(super) stacked: usize,
}

/// What a token needs to meet a guard.
#[derive(Debug, Deserialize, Serialize)]
pub(super) struct TokenRequirement {
    pub(super) token: TokenKind,
    /// The resource as written in the attribute; `None` for the default resource.
    pub(super) resource: Option<String>,
    pub(super) scopes: Vec<String>,
    /// The owner of the token: `Some(true)` for a machine, `Some(false)` for a user, `None` for either.
    pub(super) machine: Option<bool>,
    /// The client as written in the attribute; `None` if any client is accepted.
    pub(super) client: Option<String>,
    /// Where the API request must name the organization and the subject of the token. Empty if the request
    /// need not name them.
    pub(super) named: Vec<String>,
}

/// The kind of a token.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq, Serialize)]
pub(super) enum TokenKind {
    /// For a resource, with or without an organization.
    Authenticated,
    /// For a resource, without an organization.
    Scopes,
    /// For an organization, without a resource.
    Organization,
    /// For a resource in an organization.
    ResourceInOrganization,
}

impl TokenKind {
    /// Whether clients send Logto the same token request for this kind and for the other kind.
    pub(super) fn is_asked_for_like(self, other: Self) -> bool {
        let as_asked = |token| match token {
            Self::Authenticated => Self::Scopes,
            token => token,
        };
        as_asked(self) == as_asked(other)
    }
}

/// Returns the mark of a guard, or `None` for a public handler. For generated code.
///
/// `Owner` identifies the guarded function. All attributes of the function pass the same type, and other
/// functions pass other types. For a public handler, `Owner` is not used.
#[must_use]
pub fn guard_mark<Owner: 'static>(requirement: Option<&'static Requirement>) -> Option<GuardMark> {
    requirement.map(|requirement| GuardMark {
        attribute: requirement.to_string(),
        alternatives: token_requirements(requirement),
        can_forbid: can_forbid(requirement),
        by_hand: by_hand(requirement),
        stacked: guards().filter(|guard| guard.is_of::<Owner>()).count(),
    })
}

/// Returns what callers need, as text. Returns `None` if neither the requirement nor an alternative is
/// checked by hand.
fn by_hand(requirement: &Requirement) -> Option<String> {
    let alone = requirement.checked_by_hand()?;
    let each = requirement.alternatives().iter();
    let each: Vec<_> = each
        .map(|alternative| match alternative.kind() {
            RequirementKind::ByHand => alternative.description().to_owned(),
            _ => format!("an access token that meets `{alternative}`"),
        })
        .collect();
    Some(if each.is_empty() {
        alone.to_owned()
    } else {
        each.join(", or ")
    })
}

/// Returns the ways to meet a requirement. A token that fits one of them is enough. Returns `None` if there
/// are too many.
fn token_requirements(requirement: &Requirement) -> Option<Vec<TokenRequirement>> {
    let token = match requirement.kind() {
        RequirementKind::Alternatives => {
            return alternatives::any_of(requirement.alternatives().iter().map(token_requirements));
        }
        RequirementKind::Authenticated => TokenKind::Authenticated,
        RequirementKind::Scopes => TokenKind::Scopes,
        RequirementKind::OrganizationPermission => TokenKind::Organization,
        RequirementKind::OrganizationScopes => TokenKind::ResourceInOrganization,
        // The handler decides, so a token alone is not enough.
        RequirementKind::ByHand => return Some(Vec::new()),
    };
    let enough = match requirement.scope_expr() {
        Some(expr) => alternatives::of_scopes(expr)?,
        None => vec![alternatives::Scopes::new()],
    };
    let with_scopes = |scopes: alternatives::Scopes| TokenRequirement {
        token,
        resource: requirement.resource().map(str::to_owned),
        scopes: scopes.into_iter().map(str::to_owned).collect(),
        machine: requirement
            .subject()
            .map(|subject| subject == Subject::Machine),
        client: requirement.client().map(str::to_owned),
        named: organization(requirement)
            .into_iter()
            .chain(subject(requirement))
            .collect(),
    };
    Some(enough.into_iter().map(with_scopes).collect())
}

/// Returns where the API request must name the organization of the token.
fn organization(requirement: &Requirement) -> Option<String> {
    match requirement.organization() {
        OrganizationSource::Token | OrganizationSource::Any => None,
        source => requirement
            .wants_organization()
            .then(|| format!("{source:?}")),
    }
}

/// Returns where the API request must name the subject of the token.
fn subject(requirement: &Requirement) -> Option<String> {
    match requirement.subject() {
        Some(Subject::Path(name)) => Some(format!("subject {name:?}")),
        _ => None,
    }
}

/// Whether a valid token with the right audience can fail to meet the requirement. For alternatives, `true`
/// if this holds for one of them.
fn can_forbid(requirement: &Requirement) -> bool {
    match requirement.kind() {
        RequirementKind::Authenticated => {
            requirement.subject().is_some() || requirement.client().is_some()
        }
        RequirementKind::Alternatives => requirement.alternatives().iter().any(can_forbid),
        RequirementKind::Scopes
        | RequirementKind::OrganizationPermission
        | RequirementKind::OrganizationScopes
        | RequirementKind::ByHand => true,
    }
}
