#![no_implicit_prelude]

use ::axum::{Router, routing::get};
use ::logto_runtime::{Guard, require_org_permission, require_scopes};

#[require_scopes(
    "read:products",
    "write:products",
    resource = "https://api.example.com"
)]
async fn list() {}

#[require_org_permission("invite:member", org = path("id"))]
struct Invite;

async fn invite(_: Guard<Invite>) {}

fn main() {
    let _: Router<::logto_runtime::GlobalLogto> = Router::new()
        .route("/", get(list))
        .route("/{id}", get(invite));
}
