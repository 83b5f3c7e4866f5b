//! Decides a request as the route would, without calling its handler.

use std::sync::{Arc, Mutex, PoisonError};

use axum::{
    Router,
    body::Body,
    extract::{FromRequestParts, OptionalFromRequestParts, Request},
    routing::any,
};
use http::{HeaderValue, header::AUTHORIZATION, request::Parts};
use tower_service::Service;

use super::{reach::prefix, row::Row};
use crate::{
    answer::{Rejection, rejection_code::RejectionCode},
    extract::{grant::pass_at, organization_id::OrganizationId, routing::Place},
    logto::{Logto, auth_info::AuthInfo},
    policy::requirement::Requirement,
    routes::checks::{Check, Entry, Unknown},
};

/// The code of [`Verdict::Undecided`].
pub(super) const UNDECIDED: &str = "undecided";

/// The decision about a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// The handler would be called.
    Granted,
    /// A guard or an extractor rejects the request.
    Rejected(Rejected),
    /// The request does not get to the route. The response has this status.
    Unrouted(u16),
    /// The explorer can't repeat this check. The checks before it accept the request.
    Undecided(Unknown),
}

/// Why the checks ended before the handler: a check rejected the request, or can't be repeated.
enum Stopped {
    Rejected(Rejection),
    Undecided(Unknown),
}

impl From<Rejection> for Stopped {
    fn from(rejection: Rejection) -> Self {
        Self::Rejected(rejection)
    }
}

/// A rejection: what the caller gets, and the reason.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Rejected {
    pub(super) status: u16,
    pub(super) code: RejectionCode,
    pub(super) message: &'static str,
    /// The reason, as the program logs it.
    pub(super) reason: String,
    pub(super) challenge: Option<String>,
    /// The requirement that was not met.
    pub(super) requirement: Option<&'static Requirement>,
}

/// Decides a request with this `Authorization` header.
///
/// Guards read the route and the path parameters, which axum's router stores in the request. So the request
/// goes through an axum router.
pub(super) async fn decide(
    row: &Row,
    logto: &Logto,
    authorization: Option<HeaderValue>,
) -> Verdict {
    if row.is_covered {
        return Verdict::Undecided(Unknown::AnotherRoute);
    }
    let slot = Arc::new(Mutex::new(None));
    let Some(uri) = row.parsed_uri() else {
        return Verdict::Unrouted(400);
    };
    let mut request = Request::new(Body::empty());
    *request.method_mut() = row.method.clone();
    *request.uri_mut() = uri;
    if let Some(value) = authorization {
        request.headers_mut().insert(AUTHORIZATION, value);
    }
    if let Some(organization) = &row.organization
        && let Ok(value) = HeaderValue::from_str(organization)
    {
        for name in &row.headers {
            request.headers_mut().insert(name.clone(), value.clone());
        }
    }
    let answered = router(row, logto, &slot).call(request).await;
    let decided = slot.lock().unwrap_or_else(PoisonError::into_inner).take();
    match (decided, answered) {
        (Some(Ok(())), _) => Verdict::Granted,
        (Some(Err(Stopped::Rejected(rejection))), _) => Verdict::Rejected(Rejected::of(&rejection)),
        (Some(Err(Stopped::Undecided(unknown))), _) => Verdict::Undecided(unknown),
        (None, Ok(answer)) => Verdict::Unrouted(answer.status().as_u16()),
    }
}

type Slot = Arc<Mutex<Option<Result<(), Stopped>>>>;

/// Returns a router with this route only. In place of the handler, the router runs the checks,
/// and puts the result into `slot`.
fn router(row: &Row, logto: &Logto, slot: &Slot) -> Router {
    let checks = &row.route.checks;
    let (list, logto, slot) = (checks.list.clone(), logto.clone(), Arc::clone(slot));
    let instead = any(move |request: Request| async move {
        let (mut parts, _) = request.into_parts();
        let decided = run(&list, &mut parts, &logto).await;
        *slot.lock().unwrap_or_else(PoisonError::into_inner) = Some(decided);
    });
    let prefix = prefix(&row.route);
    match (checks.entry, prefix) {
        (Entry::Route, path) => Router::new().route(path, instead),
        (Entry::Nested, prefix) => Router::new().route(&format!("{prefix}/{}", row.below), instead),
        (Entry::Fallback, "") => Router::new().fallback_service(instead),
        (Entry::Fallback, prefix) => {
            Router::new().nest(prefix, Router::new().fallback_service(instead))
        }
    }
}

async fn run(checks: &[Check], parts: &mut Parts, logto: &Logto) -> Result<(), Stopped> {
    for check in checks {
        match *check {
            Check::Guard(requirement) => {
                pass_at(parts, logto.clone(), requirement, Place::Handler).await?;
            }
            Check::Layer { requirement, leaf } => {
                let place = Place::Service { leaf };
                pass_at(parts, logto.clone(), requirement, place).await?;
            }
            Check::Caller { optional: false } => {
                <AuthInfo as FromRequestParts<_>>::from_request_parts(parts, logto).await?;
            }
            Check::Caller { optional: true } => {
                <AuthInfo as OptionalFromRequestParts<_>>::from_request_parts(parts, logto).await?;
            }
            Check::Organization { optional: false } => {
                <OrganizationId as FromRequestParts<_>>::from_request_parts(parts, logto).await?;
            }
            Check::Organization { optional: true } => {
                <OrganizationId as OptionalFromRequestParts<_>>::from_request_parts(parts, logto)
                    .await?;
            }
            Check::Unknown(unknown) => return Err(Stopped::Undecided(unknown)),
        }
    }
    Ok(())
}

impl Rejected {
    fn of(rejection: &Rejection) -> Self {
        let challenge = rejection.challenge();
        Self {
            status: rejection.status().as_u16(),
            code: rejection.code(),
            message: rejection.message(),
            reason: rejection.reason().to_string(),
            challenge: challenge.and_then(|it| it.to_str().ok().map(str::to_owned)),
            requirement: rejection.requirement(),
        }
    }
}

impl Verdict {
    /// Returns the status of the response. Returns 200 if the handler would be called, and 0 if the explorer
    /// can't decide.
    pub(super) fn status(&self) -> u16 {
        match self {
            Self::Granted => 200,
            Self::Rejected(rejected) => rejected.status,
            Self::Unrouted(status) => *status,
            Self::Undecided(_) => 0,
        }
    }

    /// Returns `granted`, `unrouted`, `undecided`, or the code of the rejection.
    pub(super) fn code(&self) -> &'static str {
        match self {
            Self::Granted => "granted",
            Self::Rejected(rejected) => rejected.code.as_str(),
            Self::Unrouted(_) => "unrouted",
            Self::Undecided(_) => UNDECIDED,
        }
    }

    pub(super) fn challenge(&self) -> Option<&str> {
        match self {
            Self::Rejected(rejected) => rejected.challenge.as_deref(),
            Self::Granted | Self::Unrouted(_) | Self::Undecided(_) => None,
        }
    }
}
