//! Handlers without a token, with an optional token, and with a required token.

use axum::Json;
use logto_runtime::{AuthInfo, public, require_auth};
use serde::Serialize;
use utoipa::ToSchema;

#[derive(Serialize, ToSchema)]
pub(super) struct Caller {
    auth: AuthInfo,
}

#[derive(Serialize, ToSchema)]
pub(super) struct PerhapsCaller {
    auth: Option<AuthInfo>,
}

#[derive(Serialize, ToSchema)]
pub(super) struct Message {
    message: &'static str,
}

/// For everyone
#[public]
#[utoipa::path(get, path = "/api/public", responses((status = 200, description = "a greeting", body = Message)))]
pub(super) async fn everybody() -> Json<Message> {
    let message = "everybody may read this";
    Json(Message { message })
}

/// Who calls, if a token is sent
///
/// Without a token the caller is `null`. With a bad token the answer is 401.
#[public]
#[utoipa::path(
    get,
    path = "/api/me",
    security((), ("logto" = [])),
    responses(
        (status = 200, description = "the caller, or null without a token", body = PerhapsCaller),
        (status = 401, description = "a bad token"),
    )
)]
pub(super) async fn me(auth: Option<AuthInfo>) -> Json<PerhapsCaller> {
    Json(PerhapsCaller { auth })
}

/// Who calls
#[require_auth]
#[utoipa::path(get, path = "/api/protected", responses((status = 200, description = "the caller", body = Caller)))]
pub(super) async fn protected(auth: AuthInfo) -> Json<Caller> {
    Json(Caller { auth })
}
