use axum::{Router, routing::get};
use logto_runtime::{Guard, public, require_scopes};

#[require_scopes("admin")]
struct Admin;

#[public]
async fn list(_: Guard<Admin>) {}

fn main() {
    let _: Router<logto_runtime::Logto> = Router::new().route("/", get(list));
}
