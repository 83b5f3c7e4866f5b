use axum::{
    extract::OptionalFromRequestParts,
    http::{StatusCode, request::Parts},
};
use logto_runtime::{Logto, TokenOr, require_auth};

#[require_auth]
struct Any;

struct ApiKey;

impl OptionalFromRequestParts<Logto> for ApiKey {
    type Rejection = StatusCode;

    async fn from_request_parts(_: &mut Parts, _: &Logto) -> Result<Option<Self>, StatusCode> {
        Ok(None)
    }
}

#[axum::debug_handler(state = Logto)]
async fn list(_: TokenOr<Any, ApiKey>) {}

fn main() {}
