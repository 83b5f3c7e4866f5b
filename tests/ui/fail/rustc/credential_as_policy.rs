//! A credential is written as `credential = …`, and not among the policies.

use axum::{
    extract::OptionalFromRequestParts,
    http::{StatusCode, request::Parts},
};
use logto_runtime::{Credential, Logto, require_any, require_auth};

#[require_auth]
struct Any;

struct ApiKey;

impl Credential for ApiKey {
    const NAME: &'static str = "API key";
}

impl OptionalFromRequestParts<Logto> for ApiKey {
    type Rejection = StatusCode;

    async fn from_request_parts(_: &mut Parts, _: &Logto) -> Result<Option<Self>, StatusCode> {
        Ok(None)
    }
}

#[require_any(Any, ApiKey)]
async fn list() {}

fn main() {}
