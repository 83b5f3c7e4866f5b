//! [`Answer`]: the response to a webhook.

use axum::{
    Json,
    response::{IntoResponse, Response},
};
use http::StatusCode;

/// The response to a webhook.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Answer {
    Revoked,
    /// Users may have lost scopes. Because of `RoleChange::Log`, nothing was revoked.
    RoleChange,
    Ignored,
    NotADelivery,
    BadSignature,
    TooSlow,
    TooLarge,
    Unreadable,
    NotLogged,
    /// The tokio runtime has no timer, so the time for reading the body can't be limited.
    WithoutTimer,
}

impl Answer {
    /// Returns the value of `outcome`, a label of the webhook counter.
    pub(super) fn outcome(self) -> &'static str {
        match self {
            Self::Revoked => "revoked",
            Self::RoleChange => "role_change",
            Self::Ignored => "ignored",
            Self::NotADelivery => "not_a_delivery",
            Self::BadSignature => "bad_signature",
            Self::TooSlow => "too_slow",
            Self::TooLarge => "too_large",
            Self::Unreadable => "unreadable",
            // In both cases, Logto's event may be missing in other replicas.
            Self::NotLogged | Self::WithoutTimer => "not_logged",
        }
    }

    /// Returns the status and the error. Logto shows both in its delivery log.
    fn status(self) -> (StatusCode, Option<&'static str>) {
        match self {
            Self::Revoked | Self::RoleChange | Self::Ignored => (StatusCode::OK, None),
            Self::NotADelivery => (StatusCode::BAD_REQUEST, Some("Not a webhook of Logto")),
            Self::BadSignature => (StatusCode::UNAUTHORIZED, Some("Invalid signature")),
            Self::TooSlow => (StatusCode::REQUEST_TIMEOUT, Some("Body too slow")),
            Self::TooLarge => (StatusCode::PAYLOAD_TOO_LARGE, Some("Body too large")),
            Self::Unreadable => (
                StatusCode::UNPROCESSABLE_ENTITY,
                Some("The event does not say whose tokens to revoke"),
            ),
            Self::NotLogged => (
                StatusCode::SERVICE_UNAVAILABLE,
                Some("Applied by this replica, but the log of revocations is out of reach"),
            ),
            Self::WithoutTimer => (
                StatusCode::SERVICE_UNAVAILABLE,
                Some("Not applied: build the tokio runtime of the service with `.enable_all()`"),
            ),
        }
    }
}

impl IntoResponse for Answer {
    fn into_response(self) -> Response {
        let (status, error) = self.status();
        match error {
            Some(error) => (status, Json(serde_json::json!({ "error": error }))).into_response(),
            None => status.into_response(),
        }
    }
}
