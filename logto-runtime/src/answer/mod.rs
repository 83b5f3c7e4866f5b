//! Responses to rejected requests.
//!
//! In: a [`Cause`] and the requirement of the route, if there is one. Out: a [`Rejection`], which
//! becomes a response with status, challenge, headers and body.
//!
//! - The response says only what the table of answers says (`docs/errors-and-challenges.md`).
//!   [`Answer`] has a variant for each row. The precise reason is for logs.
//! - `on_rejection` can replace the body. It can't change the status, the challenge, `Retry-After`
//!   or `Cache-Control`.
//! - Responses with 500 and 503 do not have a challenge, because the caller is not at fault.
//!
//! Read this file first, then `cause.rs` (reasons), `row.rs` (the table), `rejection_code.rs` (stable
//! codes), `denial.rs`, `challenge.rs` (RFC 6750) and `metadata_url.rs` (RFC 9728).

pub(crate) mod cause;
mod challenge;
pub(crate) mod denial;
pub(crate) mod metadata_url;
pub(crate) mod rejection_code;
mod row;

use std::{fmt, sync::Arc, time::Duration};

use axum::{
    body::Body,
    response::{IntoResponse, Response},
};
use http::{HeaderValue, StatusCode, header};
use serde::Serialize;

use self::{cause::Cause, rejection_code::RejectionCode, row::Answer};
use crate::{
    decide::{DecisionError, misconfiguration::Misconfiguration},
    policy::requirement::Requirement,
    telemetry::{self, Caller, EventContext, Refused},
};

/// A rejected request, as a response.
///
/// The body is `{"error": "<message>"}`. Status, challenge (RFC 6750 §3) and message are those of
/// the table in the crate's documentation and never say more. The precise reason is logged.
pub struct Rejection(Box<Inner>);

struct Inner {
    cause: Cause,
    answer: Answer,
    requirement: Option<&'static Requirement>,
    /// The requirement whose scopes the challenge lists for a caller without credentials: `requirement`, or
    /// one of its alternatives.
    first: Option<&'static Requirement>,
    metadata_url: Option<String>,
    render: Option<Render>,
    /// Whether the rejection was reported to the log and the metrics.
    is_reported: bool,
}

/// Renders the body of a rejection.
pub(crate) type Render = Arc<dyn Fn(&Rejection) -> Response + Send + Sync>;

impl Rejection {
    pub(crate) fn new(
        cause: impl Into<Cause>,
        requirement: Option<&'static Requirement>,
        render: Option<Render>,
    ) -> Self {
        let cause = cause.into();
        let answer = Answer::to(&cause);
        Self(Box::new(Inner {
            cause,
            answer,
            requirement,
            first: None,
            metadata_url: None,
            render,
            is_reported: true,
        }))
    }

    /// Sets the requirement whose scopes the challenge to a caller without credentials lists.
    pub(crate) fn with_first(mut self, first: Option<&'static Requirement>) -> Self {
        self.0.first = first;
        self
    }

    /// Adds the URL of the resource's metadata to the challenge (RFC 9728 §5.1).
    pub(crate) fn with_metadata_url(mut self, url: Option<String>) -> Self {
        self.0.metadata_url = url;
        self
    }

    /// Delays the report to the log and the metrics until the rejection becomes a response.
    pub(crate) fn unreported(mut self) -> Self {
        self.0.is_reported = false;
        self
    }

    /// Returns the status: 400, 401, 403, 500 or 503.
    #[must_use]
    pub fn status(&self) -> StatusCode {
        self.0.answer.status()
    }

    /// Returns the message in the body.
    #[must_use]
    pub fn message(&self) -> &'static str {
        self.0.answer.message()
    }

    /// Returns a stable code of the precise reason, for logs and metrics.
    ///
    /// Each code is a heading of the troubleshooting page. Callers get only the less precise
    /// [`message`](Self::message).
    #[must_use]
    pub fn code(&self) -> RejectionCode {
        self.0.cause.code()
    }

    /// Returns the `WWW-Authenticate` challenge (RFC 6750 §3), or `None` if the caller is not at
    /// fault.
    #[must_use]
    pub fn challenge(&self) -> Option<HeaderValue> {
        let challenge = self.own_challenge()?;
        Some(match &self.0.metadata_url {
            Some(url) => challenge::with_metadata(&challenge, url),
            None => challenge,
        })
    }

    fn own_challenge(&self) -> Option<HeaderValue> {
        match self.0.answer {
            Answer::NoHeader | Answer::NoToken => {
                let scopes = self.0.first.map(Requirement::scope_names);
                Some(challenge::first(&scopes.unwrap_or_default()))
            }
            Answer::NotBearer | Answer::NotBearerProtocol => Some(challenge::bare()),
            // With `insufficient_scope`, a client would ask its user to sign in for more scopes.
            Answer::Denied | Answer::CrossSite => Some(challenge::bare()),
            Answer::RepeatedHeader | Answer::SeveralTokens => {
                Some(challenge::error("invalid_request"))
            }
            Answer::InvalidToken | Answer::InvalidAudience | Answer::OrganizationMissing => {
                Some(challenge::error("invalid_token"))
            }
            Answer::Expired => Some(challenge::expired()),
            Answer::Revoked(_) => Some(challenge::revoked()),
            Answer::OrganizationNotAccepted
            | Answer::OrganizationMismatch
            | Answer::SubjectNotAccepted
            | Answer::SubjectMismatch
            | Answer::ClientNotAccepted => Some(challenge::error("insufficient_scope")),
            Answer::InsufficientScope => {
                let scopes = self.0.requirement.map(Requirement::scope_names);
                Some(challenge::insufficient_scope(&scopes.unwrap_or_default()))
            }
            Answer::Unavailable(_) | Answer::Misconfigured => None,
        }
    }

    /// Returns how long to wait before the next try (RFC 9110 §10.2.3), in whole seconds and at
    /// least one. `None` unless the status is 503, or the token was revoked and a new token is not
    /// accepted yet.
    #[must_use]
    pub fn retry_after(&self) -> Option<Duration> {
        match self.0.answer {
            Answer::Unavailable(wait) => {
                let begun = u64::from(wait.subsec_nanos() > 0);
                let rounded_up = wait.as_secs().saturating_add(begun);
                Some(Duration::from_secs(rounded_up.max(1)))
            }
            Answer::Revoked(wait) => wait,
            _ => None,
        }
    }

    /// Returns the precise reason, for logs and for `cargo logto explain`.
    pub(crate) fn reason(&self) -> &Cause {
        &self.0.cause
    }

    /// Returns the fault of the program, if the program is at fault.
    pub(crate) fn misconfiguration(&self) -> Option<&Misconfiguration> {
        match &self.0.cause {
            Cause::Decision(DecisionError::Misconfigured(fault)) => Some(fault),
            _ => None,
        }
    }

    /// Returns the rejection as events, spans and metrics show it.
    pub(crate) fn refused<'a>(
        &'a self,
        context: EventContext<'a>,
        caller: Option<Caller<'a>>,
    ) -> Refused<'a> {
        Refused {
            code: self.code().as_str(),
            reason: &self.0.cause,
            status: self.status(),
            key_id: self.0.cause.key_id(),
            context,
            caller,
        }
    }

    fn default_body(&self) -> Response {
        #[derive(Serialize)]
        struct ErrorBody {
            error: &'static str,
        }
        let body = serde_json::to_vec(&ErrorBody {
            error: self.message(),
        });
        let json = HeaderValue::from_static("application/json");
        ([(header::CONTENT_TYPE, json)], body.unwrap_or_default()).into_response()
    }
}

/// Sets the status and the headers after the body is rendered, so `on_rejection` can't change them.
impl IntoResponse for Rejection {
    fn into_response(self) -> Response {
        if !self.0.is_reported {
            telemetry::refused(&self.refused(EventContext::default(), None));
        }
        let mut response = match &self.0.render {
            Some(render) => render(&self),
            None => self.default_body(),
        };
        *response.status_mut() = self.status();
        response.extensions_mut().insert(self.code());
        let headers = response.headers_mut();
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        headers.remove(header::WWW_AUTHENTICATE);
        if let Some(challenge) = self.challenge() {
            headers.insert(header::WWW_AUTHENTICATE, challenge);
        }
        headers.remove(header::RETRY_AFTER);
        if let Some(wait) = self.retry_after() {
            headers.insert(header::RETRY_AFTER, wait.as_secs().into());
        }
        response
    }
}

impl From<Rejection> for Response<Body> {
    fn from(rejection: Rejection) -> Self {
        rejection.into_response()
    }
}

impl fmt::Display for Rejection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.message())
    }
}

impl std::error::Error for Rejection {}

impl fmt::Debug for Rejection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Rejection")
            .field("status", &self.status())
            .field("message", &self.message())
            .field("code", &self.code().as_str())
            .finish_non_exhaustive()
    }
}
