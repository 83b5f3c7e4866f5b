use axum::{Router, routing::get};
use logto_runtime::require_org_permission;

logto_runtime::scopes!();

#[require_org_permission(scopes::READ_PRODUCTS, org = token)]
async fn list() {}

fn main() {
    let _: Router<logto_runtime::Logto> = Router::new().route("/", get(list));
}
