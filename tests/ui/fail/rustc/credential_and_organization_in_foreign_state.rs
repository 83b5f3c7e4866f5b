//! The same mistake as in `credential_and_organization.rs`, with a state of another crate.

use axum::{
    extract::OptionalFromRequestParts,
    http::{StatusCode, request::Parts},
};
use logto_runtime::{Credential, Logto, require_any, require_org_scopes};
use web_framework::AppContext;

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

fn logto_of(ctx: &AppContext) -> Option<Logto> {
    ctx.get()
}

#[require_any(OrgRead, credential = ApiKey, state = AppContext, logto = logto_of)]
async fn list() {}

fn main() {}
