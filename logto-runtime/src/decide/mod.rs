//! Decides whether a verified token meets the requirement of a route.
//!
//! In: a [`Requirement`], a [`Verified`] token, the [`Names`] of resources and clients, and the
//! organization and the user that the request names ([`Requested`]). Out: the requirement that was met,
//! or [`Unmet`] with the reason. Nothing here waits or logs.
//!
//! - If a global requirement (global scopes without `org = any`) guards a request that names an
//!   organization, the program is at fault. This is checked on every request, before the token.
//! - The checks of the token run in the order audience, organization, subject, client, scopes. The first
//!   failure is the reason.
//! - Audiences, organizations and scopes are compared byte for byte.
//! - Alternatives are tried in order until one is met. If all fail, the reason is that of the
//!   alternative that came closest.
//! - A fault of the program is a [`Misconfiguration`](misconfiguration::Misconfiguration). It is
//!   answered with 500, never with a rejection that blames the caller.
//!
//! Read this file first, then `global_guard.rs`, `error.rs` (the reasons), `resources.rs` and `clients.rs`
//! (names), `organization.rs` and `subject.rs` (the comparison with the organization and the user that a
//! request names), `misconfiguration.rs`, and `without_token.rs` (a credential in place of a token).

pub(crate) mod clients;
mod error;
mod global_guard;
pub(crate) mod misconfiguration;
pub(crate) mod organization;
pub(crate) mod resources;
pub(crate) mod subject;
pub(crate) mod without_token;

pub(crate) use self::error::{AudienceDifference, DecisionError};
use crate::{
    decide::{clients::Clients, misconfiguration::Misconfiguration, resources::Resources},
    policy::requirement::{OrganizationSource, Requirement, RequirementKind, Subject},
    verify::Verified,
};

/// A requirement that was not met, and the reason. If the token was compared with alternatives, this is the
/// alternative that the token came closest to meeting.
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

/// What a request names: its organization and its user.
pub(crate) trait Requested {
    /// Compares the organization that the request names at `source` with the token's.
    fn compare_organization(
        &mut self,
        source: OrganizationSource,
        of_token: &str,
    ) -> Result<(), DecisionError>;

    /// Compares the user in this path parameter with the token's subject.
    fn compare_subject(
        &mut self,
        parameter: &'static str,
        of_token: &str,
    ) -> Result<(), DecisionError>;

    /// Returns whether the request names an organization: in a recognised path parameter, or in the call of
    /// `AuthInfo::check_in`. Fails if the path parameters can't be read, unless the matched route shows that
    /// none of them is an organization.
    fn names_organization(&mut self) -> Result<bool, DecisionError>;
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
    match is_enforceable(requirement, request) {
        Ok(()) => evaluate(requirement, token, names, request),
        Err(error) => Err(Unmet { requirement, error }),
    }
}

/// Checks that the requirement can be enforced for this request. Does not look at the token.
pub(crate) fn is_enforceable(
    requirement: &Requirement,
    request: &mut dyn Requested,
) -> Result<(), DecisionError> {
    if let Some(description) = requirement.checked_by_hand() {
        return Err(Misconfiguration::CheckedByHand(description).into());
    }
    if let Some(restriction) = requirement.unenforceable() {
        return Err(Misconfiguration::Unenforceable(restriction).into());
    }
    global_guard::check(requirement, || request.names_organization())
}

fn evaluate(
    requirement: &'static Requirement,
    token: &Verified,
    names: Names<'_>,
    request: &mut dyn Requested,
) -> Result<&'static Requirement, Unmet> {
    if requirement.kind() == RequirementKind::Alternatives {
        return evaluate_alternatives(requirement, token, names, request);
    }
    match evaluate_one(requirement, token, names, request) {
        Ok(()) => Ok(requirement),
        Err(error) => Err(Unmet { requirement, error }),
    }
}

fn evaluate_alternatives(
    requirement: &'static Requirement,
    token: &Verified,
    names: Names<'_>,
    request: &mut dyn Requested,
) -> Result<&'static Requirement, Unmet> {
    let mut most_helpful: Option<Unmet> = None;
    for alternative in requirement.alternatives() {
        match evaluate(alternative, token, names, request) {
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

/// Runs the checks, and returns the first failure.
///
/// If the token is [known to fit](Verified::known_to_fit) the requirement, only the checks that depend on
/// the request remain.
#[inline]
fn evaluate_one(
    requirement: &'static Requirement,
    token: &Verified,
    names: Names<'_>,
    request: &mut dyn Requested,
) -> Result<(), DecisionError> {
    if !token.known_to_fit().contains(requirement) {
        return evaluate_anew(requirement, token, names, request);
    }
    organization_fits(requirement, token, request)?;
    subject_fits(requirement, token, request)
}

// A separate function, so that `evaluate_one`, which is inlined, stays small.
#[inline(never)]
fn evaluate_anew(
    requirement: &'static Requirement,
    token: &Verified,
    names: Names<'_>,
    request: &mut dyn Requested,
) -> Result<(), DecisionError> {
    audience_fits(requirement, token, names.resources)?;
    organization_fits(requirement, token, request)?;
    subject_fits(requirement, token, request)?;
    client_fits(requirement, token, names.clients)?;
    scopes_fit(requirement, token)?;
    token.known_to_fit().insert(requirement);
    Ok(())
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
        // Unreachable: `evaluate_alternatives` handles the first kind, and `is_enforceable` rejects the
        // second. Must not grant access.
        RequirementKind::Alternatives | RequirementKind::ByHand => {
            return Err(DecisionError::InsufficientScope {
                none_granted: false,
            });
        }
    };
    let of_token = of_token.ok_or_else(|| organization_missing(token))?;
    request.compare_organization(requirement.organization(), of_token)
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

/// Checks the subject of the token, if the requirement restricts it.
///
/// In Logto's machine-to-machine tokens, the subject is the client. A machine is not a user, so
/// `subject = path(…)` rejects its token, even if its id is in the path.
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

/// Checks which client the token was issued to, if the requirement restricts it. Ids are compared
/// byte for byte.
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

fn organization_missing(token: &Verified) -> DecisionError {
    match token.organization_claim() {
        Some(_) => DecisionError::OrganizationOnlyInClaim,
        None => DecisionError::OrganizationMissing,
    }
}
