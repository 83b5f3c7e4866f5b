//! With a credential, even a nested policy must not be about organizations, or about a user in the path.

use axum::{
    extract::OptionalFromRequestParts,
    http::{StatusCode, request::Parts},
};
use logto_runtime::{Credential, policy::AnyOf, require_any, require_auth, require_org_permission};

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

#[require_org_permission("invite:member")]
struct Invite;

#[require_auth(subject = path("user_id"))]
struct Oneself;

#[require_auth(subject = user)]
struct User;

#[require_any(User, Invite)]
struct Either;

type Others = AnyOf<(User, Oneself)>;

#[require_any(Either, User, credential = ApiKey)]
async fn invite() {}

#[require_any(Others, credential = ApiKey)]
async fn profile() {}

fn main() {}
