//! The one function that decides, and why it says no.

pub(crate) mod misconfiguration;
pub(crate) mod organization;
pub(crate) mod resources;

use crate::{
    decide::{misconfiguration::Misconfiguration, resources::Resources},
    policy::requirement::{OrganizationSource, Requirement, RequirementKind, Subject},
    verify::Verified,
};

/// Why a verified token does not meet a requirement.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum DecisionError {
    #[error("{0}")]
    Audience(AudienceDifference),
    #[error("the token names no organization; the client asked for none")]
    OrganizationMissing,
    #[error("the token is for an API resource in its organization; ask for it without a resource")]
    OrganizationOnlyInClaim,
    #[error("the token is an organization's, and the route is global")]
    OrganizationNotAccepted,
    #[error("the token's organization is not the request's")]
    OrganizationMismatch,
    #[error("the token speaks for a machine where a user is asked for, or the other way round")]
    Subject,
    #[error("the token lacks scopes that the route asks for")]
    InsufficientScope { none_granted: bool },
    #[error(transparent)]
    Misconfigured(#[from] Misconfiguration),
}

/// How a token's audience differs from the resource that a route asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum AudienceDifference {
    #[error("the audience is the resource but for a trailing slash")]
    TrailingSlash,
    #[error("the audience is an organization; the client asked for no resource")]
    Organization,
    #[error("the audience is another resource")]
    Other,
}

/// A requirement that was not met, and why: of alternatives, the one worth telling.
#[derive(Debug)]
pub(crate) struct Unmet {
    pub(crate) requirement: &'static Requirement,
    pub(crate) error: DecisionError,
}

/// Compares the token's organization with the one that the request names in this place.
pub(crate) type SameOrganization<'a> =
    &'a mut dyn FnMut(OrganizationSource, &str) -> Result<(), DecisionError>;

/// Decides whether a verified token meets a requirement; answers which one, of alternatives.
pub(crate) fn decide(
    requirement: &'static Requirement,
    token: &Verified,
    resources: &Resources,
    same_organization: SameOrganization<'_>,
) -> Result<&'static Requirement, Unmet> {
    if requirement.kind() == RequirementKind::Alternatives {
        return decide_any(requirement, token, resources, same_organization);
    }
    match decide_one(requirement, token, resources, same_organization) {
        Ok(()) => Ok(requirement),
        Err(error) => Err(Unmet { requirement, error }),
    }
}

fn decide_any(
    requirement: &'static Requirement,
    token: &Verified,
    resources: &Resources,
    same_organization: SameOrganization<'_>,
) -> Result<&'static Requirement, Unmet> {
    let mut most_helpful: Option<Unmet> = None;
    for alternative in requirement.alternatives() {
        match decide(alternative, token, resources, same_organization) {
            Ok(met) => return Ok(met),
            Err(unmet) => {
                let better = most_helpful
                    .as_ref()
                    .is_none_or(|best| unmet.error.helpfulness() > best.error.helpfulness());
                if better {
                    most_helpful = Some(unmet);
                }
            }
        }
    }
    Err(most_helpful.unwrap_or(Unmet {
        requirement,
        error: DecisionError::InsufficientScope {
            none_granted: false,
        },
    }))
}

/// The checks in the order in which callers are told.
fn decide_one(
    requirement: &'static Requirement,
    token: &Verified,
    resources: &Resources,
    same_organization: SameOrganization<'_>,
) -> Result<(), DecisionError> {
    audience_fits(requirement, token, resources)?;
    organization_fits(requirement, token, same_organization)?;
    subject_fits(requirement, token)?;
    scopes_fit(requirement, token)
}

fn audience_fits(
    requirement: &Requirement,
    token: &Verified,
    resources: &Resources,
) -> Result<(), DecisionError> {
    match requirement.kind() {
        // Their audience is the organization.
        RequirementKind::OrganizationPermission => Ok(()),
        _ => audience_is(token, resources.audience_of(requirement)?),
    }
}

fn organization_fits(
    requirement: &Requirement,
    token: &Verified,
    same_organization: SameOrganization<'_>,
) -> Result<(), DecisionError> {
    let organization = match requirement.kind() {
        RequirementKind::Authenticated => return Ok(()),
        RequirementKind::Scopes => match token.organization_claim() {
            None => return Ok(()),
            Some(_) => return Err(DecisionError::OrganizationNotAccepted),
        },
        RequirementKind::OrganizationPermission => token.audience_organization(),
        RequirementKind::OrganizationScopes => token.organization_claim(),
        // Alternatives are decided one by one; as a whole they are not met.
        RequirementKind::Alternatives => {
            return Err(DecisionError::InsufficientScope {
                none_granted: false,
            });
        }
    };
    let organization = organization.ok_or_else(|| missing(token))?;
    same_organization(requirement.organization(), organization)
}

fn scopes_fit(requirement: &Requirement, token: &Verified) -> Result<(), DecisionError> {
    match requirement.scope_expr() {
        None if requirement.kind() == RequirementKind::Authenticated => Ok(()),
        Some(scopes) if token.scopes().satisfies(token.text(), scopes) => Ok(()),
        _ => Err(DecisionError::InsufficientScope {
            none_granted: token.scopes().is_empty(),
        }),
    }
}

impl DecisionError {
    /// Of several refusals the one nearest to being let in says most; our own fault must show.
    fn helpfulness(&self) -> u8 {
        match self {
            Self::Audience(_) => 0,
            Self::OrganizationMissing | Self::OrganizationOnlyInClaim => 1,
            Self::OrganizationNotAccepted => 2,
            Self::OrganizationMismatch => 3,
            Self::Subject => 4,
            Self::InsufficientScope { .. } => 5,
            Self::Misconfigured(_) => 6,
        }
    }
}

/// Logto's machine-to-machine tokens have the client as their subject.
fn subject_fits(requirement: &Requirement, token: &Verified) -> Result<(), DecisionError> {
    let speaks_for = || {
        if token.subject() == token.client_id() {
            Subject::Machine
        } else {
            Subject::User
        }
    };
    match requirement.subject() {
        Some(wanted) if wanted != speaks_for() => Err(DecisionError::Subject),
        _ => Ok(()),
    }
}

/// RFC 9068 §4: the resource's own indicator is among the audience, byte for byte (RFC 8707 §2).
pub(crate) fn audience_is(token: &Verified, resource: &str) -> Result<(), DecisionError> {
    if token.audience().any(|audience| audience == resource) {
        return Ok(());
    }
    Err(DecisionError::Audience(AudienceDifference::between(
        token, resource,
    )))
}

impl AudienceDifference {
    fn between(token: &Verified, resource: &str) -> Self {
        if token.audience_organization().is_some() {
            return Self::Organization;
        }
        let bare = resource.trim_end_matches('/');
        let but_for_a_slash = |audience: &str| audience.trim_end_matches('/') == bare;
        if token.audience().any(but_for_a_slash) {
            return Self::TrailingSlash;
        }
        Self::Other
    }
}

fn missing(token: &Verified) -> DecisionError {
    match token.organization_claim() {
        Some(_) => DecisionError::OrganizationOnlyInClaim,
        None => DecisionError::OrganizationMissing,
    }
}
