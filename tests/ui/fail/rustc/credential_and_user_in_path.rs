//! If this compiled, a key of one user would open the routes of all other users.

use axum::{
    extract::OptionalFromRequestParts,
    http::{StatusCode, request::Parts},
};
use logto_runtime::{Credential, require_any, require_auth, require_scopes};

struct ApiKey;

impl Credential for ApiKey {
    const NAME: &'static str = "API key";
}

impl<S: Sync> OptionalFromRequestParts<S> for ApiKey {
    type Rejection = StatusCode;

    async fn from_request_parts(_: &mut Parts, _: &S) -> Result<Option<Self>, StatusCode> {
        Ok(None)
    }
}

#[require_auth(subject = path("user_id"))]
struct Oneself;

#[require_scopes("admin")]
struct Admin;

#[require_any(Admin, Oneself, credential = ApiKey)]
async fn profile() {}

fn main() {}
