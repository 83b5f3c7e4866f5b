//! If this compiled, a key of one organization would open the routes of all other organizations.

use axum::{
    extract::OptionalFromRequestParts,
    http::{StatusCode, request::Parts},
};
use logto_runtime::{Credential, require_any, require_org_scopes};

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

#[require_org_scopes("read:data")]
struct OrgRead;

#[require_any(OrgRead, credential = ApiKey)]
async fn list() {}

fn main() {}
