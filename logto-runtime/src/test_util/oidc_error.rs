//! Error responses of the token endpoint, as recorded from Logto.

use axum::response::{IntoResponse, Response};
use http::{
    HeaderValue, StatusCode,
    header::{CACHE_CONTROL, CONTENT_TYPE, WWW_AUTHENTICATE},
};

use super::members::Members;

/// An error response (RFC 6749 §5.2), with Logto's additional `code` and `message`.
#[derive(Debug)]
pub(super) struct OidcError {
    status: StatusCode,
    error: &'static str,
    message: &'static str,
    description: String,
    /// Whether the response has a `WWW-Authenticate` header.
    challenge: bool,
}

impl OidcError {
    pub(super) fn invalid_request(description: impl Into<String>) -> Self {
        Self::new(400, "invalid_request", "Request is invalid.", description)
    }

    pub(super) fn unknown_client(id: &str) -> Self {
        Self::invalid_client(400, format!("invalid client {id}"))
    }

    /// Returns the error for a wrong secret.
    ///
    /// `challenge` must be set if the client used the Authorization header (RFC 6749 §5.2).
    pub(super) fn wrong_secret(challenge: bool) -> Self {
        Self {
            challenge,
            ..Self::invalid_client(401, "client authentication failed")
        }
    }

    fn invalid_client(status: u16, description: impl Into<String>) -> Self {
        let message = "An OIDC error occurred: oidc.invalid_client.";
        Self::new(status, "invalid_client", message, description)
    }

    pub(super) fn unsupported_grant_type() -> Self {
        let message = "Unsupported `grant_type` requested.";
        let description = "unsupported grant_type requested";
        Self::new(400, "unsupported_grant_type", message, description)
    }

    pub(super) fn not_in_organization() -> Self {
        let description = "app has not associated with the organization";
        Self::new(403, "access_denied", "Access denied.", description)
    }

    pub(super) fn invalid_target(description: &str) -> Self {
        Self::new(
            400,
            "invalid_target",
            "Invalid resource indicator.",
            description,
        )
    }

    fn new(
        status: u16,
        error: &'static str,
        message: &'static str,
        description: impl Into<String>,
    ) -> Self {
        Self {
            status: StatusCode::from_u16(status).unwrap_or(StatusCode::BAD_REQUEST),
            error,
            message,
            description: description.into(),
            challenge: false,
        }
    }

    pub(super) fn into_response(self, issuer: &str) -> Response {
        let Self {
            error, description, ..
        } = &self;
        let body = Members::default()
            .with("code", format!("oidc.{error}"))
            .with("message", self.message)
            .with("error", *error)
            .with("error_description", description.as_str());
        let mut response = json(self.status, &body);
        let challenge = format!(
            "Basic realm=\"{issuer}\", error=\"{error}\", error_description=\"{description}\""
        );
        if let (true, Ok(challenge)) = (self.challenge, HeaderValue::from_str(&challenge)) {
            response.headers_mut().insert(WWW_AUTHENTICATE, challenge);
        }
        response
    }
}

pub(super) fn json(status: StatusCode, body: &Members) -> Response {
    let head = [
        (CACHE_CONTROL, "no-store"),
        (CONTENT_TYPE, "application/json; charset=utf-8"),
    ];
    (status, head, body.to_string()).into_response()
}
