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
pub struct Grant {
    pub(super) auth: AuthInfo,
    pub(super) met: &'static Requirement,
}

impl fmt::Debug for Grant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.auth.fmt(f)
    }
}

impl From<Grant> for () {
    fn from(_: Grant) {}
}

/// What a guard can keep of it.
///
/// Of no policy in particular: each policy has its own type, and a program compiles whatever is
/// generic over it once for each of its handlers. `grant` is written out for either kind, so that
/// it is compiled here and not in each program.
pub(crate) trait Keep: From<Grant> + Unpin + Send {
    fn grant<'a>(
        parts: &'a mut Parts,
        logto: Option<Logto>,
        requirement: &'static Requirement,
    ) -> Extracting<'a, Self>;
}

impl Keep for Grant {
    fn grant<'a>(
        parts: &'a mut Parts,
        logto: Option<Logto>,
        requirement: &'static Requirement,
    ) -> Extracting<'a, Self> {
        grant(parts, logto, requirement)
    }
}

impl Keep for () {
    fn grant<'a>(
        parts: &'a mut Parts,
        logto: Option<Logto>,
        requirement: &'static Requirement,
    ) -> Extracting<'a, ()> {
        grant(parts, logto, requirement)
    }
}

#[inline]
fn grant<'a, Kept: From<Grant>>(
    parts: &'a mut Parts,
    logto: Option<Logto>,
    requirement: &'static Requirement,
) -> Extracting<'a, Kept> {
    authenticate(parts, logto, Some(requirement), move |auth, parts| {
        let met = decide(requirement, &auth, parts)?;
        Ok(Kept::from(Grant { auth, met }))
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
