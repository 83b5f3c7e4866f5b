//! With a state of another crate, alternatives need a struct with `#[require_any(…, logto = …)]`.

use logto_runtime::{Guard, policy::AnyOf, require_auth, require_scopes};
use web_framework::AppContext;

#[require_scopes("admin")]
struct Admin;

#[require_auth(subject = user)]
struct User;

#[axum::debug_handler(state = AppContext)]
async fn list(_: Guard<AnyOf<(Admin, User)>>) {}

fn main() {}
