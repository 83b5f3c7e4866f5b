//! The response of the token endpoint, for tokens and for errors.

use axum::response::{IntoResponse, Response};
use http::{
    StatusCode,
    header::{CACHE_CONTROL, CONTENT_TYPE},
};

use super::members::Members;

/// Returns a JSON response that must not be cached (RFC 6749 §5.1 and §5.2).
pub(super) fn token_response(status: StatusCode, body: &Members) -> Response {
    let head = [
        (CACHE_CONTROL, "no-store"),
        (CONTENT_TYPE, "application/json; charset=utf-8"),
    ];
    (status, head, body.to_string()).into_response()
}
