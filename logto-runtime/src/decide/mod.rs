//! Decides whether a verified token meets the requirement of a route.
//!
//! In: a [`Requirement`], a [`Verified`] token, the [`Names`] of resources and clients, and what the
//! request names ([`Requested`]). Out: the requirement that was met, or [`Unmet`] with the reason.
//! Nothing here waits or logs.
//!
//! - The checks run in the order audience, organization, subject, client, scopes. The first failure is
//!   the reason.
//! - A global requirement where the request names an organization is a fault of the program. This is
//!   checked first, on every request.
//! - Audiences, organizations and scopes are compared byte for byte.
//! - Alternatives are tried in order, and the first that is met decides. If none is met, the
//!   reason is that of the alternative that came closest.
//! - A fault of the program is a [`Misconfiguration`](misconfiguration::Misconfiguration). It is
//!   answered with 500, never with a rejection that blames the caller.
//!
//! Read [`decide`] first, then `place.rs` (a global guard where an organization is named), `error.rs`
//! (the reasons), `resources.rs` and `clients.rs` (names), `requested.rs`, `organization.rs` and
//! `subject.rs` (where a request names its organization and its user) and `misconfiguration.rs`.

pub(crate) mod clients;
mod error;
pub(crate) mod misconfiguration;
pub(crate) mod organization;
mod place;
mod requested;
pub(crate) mod resources;
pub(crate) mod subject;

pub(crate) use self::{
    error::{AudienceDifference, DecisionError},
    place::fits_the_place,
    requested::Requested,
};
use crate::{
    decide::{clients::Clients, resources::Resources},
    policy::requirement::{Requirement, RequirementKind, Subject},
    verify::Verified,
};

/// A requirement that was not met, and the reason. For alternatives: the one that came closest.
#[derive(Debug)]
pub(crate) struct Unmet {
    pub(crate) requirement: &'static Requirement,
    pub(crate) error: DecisionError,
}

/// The names of resources and clients that requirements use.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Names<'a> {
    pub(crate) resources: &'a Resources,
    pub(crate) clients: &'a Clients,
}

/// Decides whether a verified token meets a requirement, and returns the requirement that was met.
///
/// For alternatives, that is the first one that the token meets.
pub(crate) fn decide(
    requirement: &'static Requirement,
    token: &Verified,
    names: Names<'_>,
    request: &mut dyn Requested,
) -> Result<&'static Requirement, Unmet> {
    match fits_the_place(requirement, request) {
        Ok(()) => decide_each(requirement, token, names, request),
        Err(error) => Err(Unmet { requirement, error }),
    }
}

fn decide_each(
    requirement: &'static Requirement,
    token: &Verified,
    names: Names<'_>,
    request: &mut dyn Requested,
) -> Result<&'static Requirement, Unmet> {
    if requirement.kind() == RequirementKind::Alternatives {
        return decide_any(requirement, token, names, request);
    }
    match decide_one(requirement, token, names, request) {
        Ok(()) => Ok(requirement),
        Err(error) => Err(Unmet { requirement, error }),
    }
}

fn decide_any(
    requirement: &'static Requirement,
    token: &Verified,
    names: Names<'_>,
    request: &mut dyn Requested,
) -> Result<&'static Requirement, Unmet> {
    let mut most_helpful: Option<Unmet> = None;
    for alternative in requirement.alternatives() {
        match decide_each(alternative, token, names, request) {
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

/// Runs the checks in the order in which callers learn about failures.
fn decide_one(
    requirement: &'static Requirement,
    token: &Verified,
    names: Names<'_>,
    request: &mut dyn Requested,
) -> Result<(), DecisionError> {
    audience_fits(requirement, token, names.resources)?;
    organization_fits(requirement, token, request)?;
    subject_fits(requirement, token, request)?;
    client_fits(requirement, token, names.clients)?;
    scopes_fit(requirement, token)
}

fn audience_fits(
    requirement: &Requirement,
    token: &Verified,
    resources: &Resources,
) -> Result<(), DecisionError> {
    match requirement.kind() {
        // The audience of such a token is the organization, which `organization_fits` checks.
        RequirementKind::OrganizationPermission => Ok(()),
        _ => audience_is(token, resources.audience_of(requirement)?),
    }
}

fn organization_fits(
    requirement: &Requirement,
    token: &Verified,
    request: &mut dyn Requested,
) -> Result<(), DecisionError> {
    let of_token = match requirement.kind() {
        RequirementKind::Authenticated => return Ok(()),
        RequirementKind::Scopes => match token.organization_claim() {
            None => return Ok(()),
            Some(_) => return Err(DecisionError::OrganizationNotAccepted),
        },
        RequirementKind::OrganizationPermission => token.audience_organization(),
        RequirementKind::OrganizationScopes => token.organization_claim(),
        // Unreachable: `decide_any` handles alternatives, and `fits_the_place` what is checked by
        // hand. Must not grant access.
        RequirementKind::Alternatives | RequirementKind::ByHand => {
            return Err(DecisionError::InsufficientScope {
                none_granted: false,
            });
        }
    };
    let of_token = of_token.ok_or_else(|| missing(token))?;
    request.compare(requirement.organization(), of_token)
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

/// Checks whose token it is, if the requirement says so.
///
/// The subject of Logto's machine-to-machine tokens is the client. A machine is not a user, so it is
/// rejected where the path names a user, whatever it names.
fn subject_fits(
    requirement: &Requirement,
    token: &Verified,
    request: &mut dyn Requested,
) -> Result<(), DecisionError> {
    let Some(subject) = requirement.subject() else {
        return Ok(());
    };
    let is_machine = token.subject() == token.client_id();
    match subject {
        Subject::Machine if is_machine => Ok(()),
        Subject::User if !is_machine => Ok(()),
        Subject::Path(name) if !is_machine => request.compare_subject(name, token.subject()),
        _ => Err(DecisionError::Subject),
    }
}

/// Checks which client the token was issued to, if the requirement says so. Ids are compared byte
/// for byte.
fn client_fits(
    requirement: &Requirement,
    token: &Verified,
    clients: &Clients,
) -> Result<(), DecisionError> {
    match requirement.client() {
        None => Ok(()),
        Some(written) if clients.id_of(written)? == token.client_id() => Ok(()),
        Some(_) => Err(DecisionError::Client),
    }
}

/// Checks that the audience contains the resource indicator (RFC 9068 §4), compared byte for byte
/// (RFC 8707 §2).
pub(crate) fn audience_is(token: &Verified, resource: &str) -> Result<(), DecisionError> {
    if token.audience().any(|audience| audience == resource) {
        return Ok(());
    }
    Err(DecisionError::Audience(AudienceDifference::between(
        token, resource,
    )))
}

fn missing(token: &Verified) -> DecisionError {
    match token.organization_claim() {
        Some(_) => DecisionError::OrganizationOnlyInClaim,
        None => DecisionError::OrganizationMissing,
    }
}
