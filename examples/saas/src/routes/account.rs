//! Who calls: nobody needs to say, anybody may, everybody must.

use axum::Json;
use logto_runtime::{AuthInfo, public, require_auth};
use serde::Serialize;

#[derive(Serialize)]
pub(super) struct Caller<A> {
    auth: A,
}

#[derive(Serialize)]
pub(super) struct Message {
    message: &'static str,
}

#[public]
pub(super) async fn everybody() -> Json<Message> {
    let message = "everybody may read this";
    Json(Message { message })
}

/// Optional: without a token nobody is known, with a bad one the answer is 401.
#[public]
pub(super) async fn me(auth: Option<AuthInfo>) -> Json<Caller<Option<AuthInfo>>> {
    Json(Caller { auth })
}

#[require_auth]
pub(super) async fn protected(auth: AuthInfo) -> Json<Caller<AuthInfo>> {
    Json(Caller { auth })
}
