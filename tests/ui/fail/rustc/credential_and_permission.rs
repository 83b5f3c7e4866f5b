//! If this compiled, a key of one organization would open the routes of all other organizations.

use axum::{
    extract::OptionalFromRequestParts,
    http::{StatusCode, request::Parts},
};
use logto_runtime::{Credential, require_any, require_auth, require_org_permission};

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

#[require_org_permission("invite:member", org = header("x-organization-id"))]
struct Invite;

#[require_auth]
struct Anyone;

#[require_any(Anyone, Invite, credential = ApiKey)]
async fn invite() {}

fn main() {}
