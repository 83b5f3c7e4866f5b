use axum::{Router, routing::get};
use logto_runtime::require_org_scopes;

#[require_org_scopes("read:data", org = token, org = path("id"))]
async fn list() {}

fn main() {
    let _: Router<logto_runtime::Logto> = Router::new().route("/", get(list));
}
