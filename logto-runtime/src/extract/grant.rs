//! Decides about a request, for guards and for layers.

use std::fmt;

use http::request::Parts;

use super::{
    authenticate::{Extracting, authenticate},
    missing_logto::required,
    routing::{InRequest, Place},
};
use crate::{
    answer::Rejection,
    decide::other_credential::fits_place,
    logto::{Logto, auth_info::AuthInfo, rejection_context::RejectionContext},
    policy::requirement::Requirement,
};

/// The caller that a guard accepted, and the requirement that the caller met.
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

// These functions are not generic over the policy. Each attribute has a policy type of its own, so generic
// functions would be compiled once for each handler.

/// Accepts a request whose caller meets the requirement, and returns the caller.
pub(super) fn grant<'a>(
    parts: &'a mut Parts,
    logto: Option<Logto>,
    requirement: &'static Requirement,
) -> Extracting<'a, Grant> {
    authenticate(parts, logto, Some(requirement), move |auth, parts| {
        let met = decide(requirement, &auth, parts, Place::Handler)?;
        Ok(Grant { auth, met })
    })
}

/// Accepts a request whose caller meets the requirement, and does not return the caller.
pub(super) fn pass<'a>(
    parts: &'a mut Parts,
    logto: Option<Logto>,
    requirement: &'static Requirement,
) -> Extracting<'a, ()> {
    authenticate(parts, logto, Some(requirement), move |auth, parts| {
        decide(requirement, &auth, parts, Place::Handler).map(drop)
    })
}

/// Accepts a request with a credential that the program itself has accepted, such as an API key.
///
/// Rejects the request if the guard can't work on this route. An example is a guard of global scopes without
/// `org = any` on a route of an organization. Such a guard rejects every valid token with 500, so it must
/// reject every credential too.
pub(super) fn pass_without_token(
    parts: &mut Parts,
    logto: impl FnOnce() -> Option<Logto>,
    requirement: &'static Requirement,
) -> Result<(), Rejection> {
    let mut request = InRequest::new(parts, Place::Handler);
    fits_place(requirement, &mut request).map_err(|error| {
        match required(logto(), Some(requirement), parts) {
            Ok(logto) => {
                let context = RejectionContext::in_request(Some(requirement), &parts.extensions);
                logto.reject(error, context, None)
            }
            Err(rejection) => rejection,
        }
    })
}

/// Accepts a request whose caller meets the requirement of a guard in this place. The explorer repeats guards
/// and layers with this function.
#[cfg(feature = "explorer")]
pub(crate) fn pass_at<'a>(
    parts: &'a mut Parts,
    logto: Logto,
    requirement: &'static Requirement,
    place: Place,
) -> Extracting<'a, ()> {
    authenticate(parts, Some(logto), Some(requirement), move |auth, parts| {
        decide(requirement, &auth, parts, place).map(drop)
    })
}

/// Decides whether an authenticated caller meets a requirement, and returns the requirement that the caller
/// met. Remembers in the request what the guard accepted. Without this memory, a later extractor could reject
/// the request.
#[inline]
pub(crate) fn decide(
    requirement: &'static Requirement,
    auth: &AuthInfo,
    parts: &mut Parts,
    place: Place,
) -> Result<&'static Requirement, Rejection> {
    let logto = auth.logto();
    let mut request = InRequest::new(parts, place);
    let met = logto
        .decide(requirement, auth.verified(), &mut request)
        .map_err(|unmet| {
            let context = RejectionContext::in_request(Some(requirement), &parts.extensions);
            logto.reject_unmet(unmet, context, auth.verified())
        })?;
    auth.report_granted();
    let on_handler = matches!(place, Place::Handler);
    logto.remember_grant((requirement, met), on_handler, auth, &mut parts.extensions);
    Ok(met)
}
