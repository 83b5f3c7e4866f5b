//! The decision that guards and the layer share.

use std::fmt;

use http::request::Parts;

use super::{
    authenticate::{Extracting, authenticate},
    routing::same_organization,
};
use crate::{
    answer::Rejection,
    logto::{Logto, auth_info::AuthInfo},
    policy::requirement::Requirement,
};

/// What a guard knows of the caller it let in.
#[derive(Clone)]
pub(crate) struct Grant {
    pub(super) auth: AuthInfo,
    pub(super) met: &'static Requirement,
}

impl fmt::Debug for Grant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.auth.fmt(f)
    }
}

// Neither function is generic: each policy has its own type, and a program compiles whatever is
// generic over it once for each of its handlers.

/// Grants a request that meets the requirement, and keeps the caller.
pub(super) fn grant<'a>(
    parts: &'a mut Parts,
    logto: Option<Logto>,
    requirement: &'static Requirement,
) -> Extracting<'a, Grant> {
    authenticate(parts, logto, Some(requirement), move |auth, parts| {
        let met = decide(requirement, &auth, parts)?;
        Ok(Grant { auth, met })
    })
}

/// Grants a request that meets the requirement, and keeps nothing.
pub(super) fn pass<'a>(
    parts: &'a mut Parts,
    logto: Option<Logto>,
    requirement: &'static Requirement,
) -> Extracting<'a, ()> {
    authenticate(parts, logto, Some(requirement), move |auth, parts| {
        decide(requirement, &auth, parts).map(drop)
    })
}

/// Decides for a caller who has been authenticated, and has the request remember what later
/// extractors must not refuse. Answers which requirement was met, of alternatives.
#[inline]
pub(crate) fn decide(
    requirement: &'static Requirement,
    auth: &AuthInfo,
    parts: &mut Parts,
) -> Result<&'static Requirement, Rejection> {
    let logto = auth.logto();
    let mut same = |source, token: &str| same_organization(parts, source, token);
    let met = logto.decide(requirement, auth.verified(), &mut same)?;
    logto.remember_grant(met, auth, &mut parts.extensions);
    Ok(met)
}
