use axum::{Router, routing::get};
use logto_runtime::{GlobalLogto, require_org_permission};

#[require_org_permission(catalog::scopes::REMOVE_MEMBER, org = token)]
async fn list() {}

fn main() {
    let _: Router<GlobalLogto> = Router::new().route("/", get(list));
}
