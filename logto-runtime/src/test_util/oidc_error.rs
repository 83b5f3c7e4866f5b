//! Error responses of the token endpoint, as recorded from Logto.

use axum::response::Response;
use http::{HeaderValue, StatusCode, header::WWW_AUTHENTICATE};

use super::{members::Members, token_response::token_response};

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
        Self::new(
            StatusCode::BAD_REQUEST,
            "invalid_request",
            "Request is invalid.",
            description,
        )
    }

    pub(super) fn unknown_client(id: &str) -> Self {
        Self::invalid_client(StatusCode::BAD_REQUEST, format!("invalid client {id}"))
    }

    /// Returns the error for a wrong or missing secret.
    ///
    /// `challenge` adds a `WWW-Authenticate` header. That header is required if the client used the
    /// `Authorization` header (RFC 6749 §5.2).
    pub(super) fn wrong_secret(challenge: bool) -> Self {
        Self {
            challenge,
            ..Self::invalid_client(StatusCode::UNAUTHORIZED, "client authentication failed")
        }
    }

    fn invalid_client(status: StatusCode, description: impl Into<String>) -> Self {
        let message = "An OIDC error occurred: oidc.invalid_client.";
        Self::new(status, "invalid_client", message, description)
    }

    pub(super) fn unsupported_grant_type() -> Self {
        let message = "Unsupported `grant_type` requested.";
        let description = "unsupported grant_type requested";
        Self::new(
            StatusCode::BAD_REQUEST,
            "unsupported_grant_type",
            message,
            description,
        )
    }

    pub(super) fn not_in_organization() -> Self {
        let description = "app has not associated with the organization";
        Self::new(
            StatusCode::FORBIDDEN,
            "access_denied",
            "Access denied.",
            description,
        )
    }

    pub(super) fn invalid_target(description: &str) -> Self {
        Self::new(
            StatusCode::BAD_REQUEST,
            "invalid_target",
            "Invalid resource indicator.",
            description,
        )
    }

    fn new(
        status: StatusCode,
        error: &'static str,
        message: &'static str,
        description: impl Into<String>,
    ) -> Self {
        Self {
            status,
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
        let mut response = token_response(self.status, &body);
        let challenge = format!(
            "Basic realm=\"{issuer}\", error=\"{error}\", error_description=\"{description}\""
        );
        if let (true, Ok(challenge)) = (self.challenge, HeaderValue::from_str(&challenge)) {
            response.headers_mut().insert(WWW_AUTHENTICATE, challenge);
        }
        response
    }
}
