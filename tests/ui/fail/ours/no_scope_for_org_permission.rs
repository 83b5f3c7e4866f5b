use axum::{Router, routing::get};
use logto_runtime::require_org_permission;

#[require_org_permission]
async fn list() {}

fn main() {
    let _: Router<logto_runtime::Logto> = Router::new().route("/", get(list));
}
