//! Responses to rejected requests.
//!
//! In: a [`Cause`] and an optional requirement. Out: a [`Rejection`], which becomes a response with
//! status, challenge, headers and body.
//!
//! - The table in `docs/errors-and-challenges.md` lists the responses. [`Answer`] has one variant for each
//!   response. Rows of the table with the same response share a variant.
//! - By default, the response does not show the precise reason. Logs show it.
//! - `on_rejection` can replace the body. It can't change the status, the challenge, `Retry-After`
//!   or `Cache-Control`.
//! - Responses with 500 and 503 do not have a challenge, because the caller is not at fault.
//!
//! In reading order:
//!
//! - this file: [`Rejection`];
//! - `cause`: the reasons;
//! - `table`: the status and the message;
//! - `challenge` and `retry_after`: two headers;
//! - `response`: the whole response;
//! - `rejection_code`: the stable codes;
//! - `denial`: the responses that functions of `deny_if` choose;
//! - `metadata_url`: the URLs of metadata documents.

pub(crate) mod cause;
mod challenge;
pub(crate) mod denial;
pub(crate) mod metadata_url;
pub(crate) mod rejection_code;
mod response;
mod retry_after;
mod table;

use std::{fmt, sync::Arc};

use axum::response::Response;
use http::StatusCode;

use self::{cause::Cause, rejection_code::RejectionCode, table::Answer};
use crate::{
    decide::{DecisionError, misconfiguration::Misconfiguration},
    policy::requirement::Requirement,
    telemetry::{Caller, EventContext, Refused},
};

/// The rejection of a request. It implements `IntoResponse`.
///
/// By default, the body is `{"error": "<message>"}`. [A table](crate::docs::errors_and_challenges) lists all
/// statuses, challenges (RFC 6750 §3) and messages. The program's log has the precise reason. By default,
/// the response does not have the reason.
pub struct Rejection(Box<Inner>);

struct Inner {
    cause: Cause,
    answer: Answer,
    requirement: Option<&'static Requirement>,
    /// `requirement`, or one of its alternatives. If the request has no credentials, the challenge lists
    /// the scopes of `first`.
    first: Option<&'static Requirement>,
    metadata_url: Option<String>,
    render: Option<Render>,
    /// If `false`, `into_response` reports the rejection to the log and the metrics. If `true`, the code that
    /// made the rejection reports it.
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

    /// Sets `first`. If the request has no credentials, the challenge lists the scopes of `first`.
    pub(crate) fn with_first(mut self, first: Option<&'static Requirement>) -> Self {
        self.0.first = first;
        self
    }

    /// Sets the URL of the resource's metadata, which the challenge links (RFC 9728 §5.1).
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

    /// Returns the message in the default body.
    #[must_use]
    pub fn message(&self) -> &'static str {
        self.0.answer.message()
    }

    /// Returns a stable code of the precise reason, for logs and metrics.
    ///
    /// Each code is a heading of the troubleshooting page. By default, callers do not get the code. The
    /// [`message`](Self::message) that they get is less precise.
    #[must_use]
    pub fn code(&self) -> RejectionCode {
        self.0.cause.code()
    }

    /// Returns the requirement that was not met. Of several alternatives, this is the one that the reason is
    /// about.
    #[cfg(feature = "explorer")]
    pub(crate) fn requirement(&self) -> Option<&'static Requirement> {
        self.0.requirement
    }

    /// Returns the precise reason, for logs, the explorer and `cargo logto explain`.
    pub(crate) fn reason(&self) -> &Cause {
        &self.0.cause
    }

    /// Returns the reason if it is a misconfiguration of the program.
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
