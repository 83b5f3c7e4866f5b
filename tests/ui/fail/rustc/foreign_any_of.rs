//! `AnyOf` does not accept policies with `logto = …`. Write a struct with `#[require_any(…)]` instead.

use logto_runtime::{Guard, Logto, policy::AnyOf, require_auth, require_scopes};
use web_framework::AppContext;

fn logto_of(ctx: &AppContext) -> Option<Logto> {
    ctx.get()
}

#[require_scopes("admin", state = AppContext, logto = logto_of)]
struct Admin;

#[require_auth(subject = user, state = AppContext, logto = logto_of)]
struct User;

#[axum::debug_handler(state = AppContext)]
async fn list(_: Guard<AnyOf<(Admin, User)>>) {}

fn main() {}
