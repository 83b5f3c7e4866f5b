//! Decides whether a verified token meets the requirement of a route.
//!
//! In: a [`Requirement`], a [`Verified`] token, the [`Names`] of resources and clients, and a request
//! ([`Requested`]). Out: the requirement that was met, or [`Unmet`] with the reason. Nothing here waits or
//! logs.
//!
//! - A global requirement (global scopes without `org = any`) must not guard a request that names an
//!   organization. This is checked on every request, before the token.
//! - The checks of the token run in the order audience, organization, subject, client, scopes. The first
//!   failure is the reason.
//! - Audiences, organizations, subjects, clients and scopes are compared byte for byte.
//! - Alternatives are tried one after the other until one is met. If all fail, the reason is the failure that
//!   comes last in the order above. A misconfiguration takes precedence.
//! - A fault of the program is a [`Misconfiguration`](misconfiguration::Misconfiguration). It has the status
//!   500, because the caller is not at fault.
//!
//! Read this file first, then `request_trait.rs`, `global_guard.rs` and `error.rs` (the reasons). The checks
//! of the token are in `audience.rs`, `organization.rs`, `subject.rs`, `clients.rs` and `scopes.rs`. The last
//! files are `misconfiguration.rs` and `other_credential.rs` (a credential in place of a token).

mod audience;
pub(crate) mod clients;
mod error;
mod global_guard;
pub(crate) mod misconfiguration;
pub(crate) mod organization;
pub(crate) mod other_credential;
mod request_trait;
mod scopes;
pub(crate) mod subject;

use self::{
    audience::audience_fits, clients::client_fits, organization::organization_fits,
    scopes::scopes_fit, subject::subject_fits,
};
pub(crate) use self::{
    audience::{audience_is, resource_of},
    error::{AudienceDifference, DecisionError},
    request_trait::{KnownParameters, Requested},
};
use crate::{
    config::Resources,
    decide::{clients::Clients, misconfiguration::Misconfiguration},
    policy::requirement::{Requirement, RequirementKind},
    verify::Verified,
};

/// A requirement that was not met, and the reason.
///
/// If alternatives were tried, `requirement` is the alternative with the most helpful error
/// (`DecisionError::helpfulness`). If several errors are equally helpful, the first one counts.
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
/// For alternatives, returns the first alternative that the token meets.
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
/// If the token is [known to fit](Verified::known_to_fit) the requirement, runs only the checks that depend
/// on the request.
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

// A separate function, because `evaluate_one` is inlined and must stay small.
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
