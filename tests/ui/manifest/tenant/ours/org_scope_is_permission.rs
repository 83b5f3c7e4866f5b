use axum::{Router, routing::get};
use logto_runtime::require_org_scopes;

#[require_org_scopes("manage:billing", resource = "org", org = token)]
async fn list() {}

fn main() {
    let _: Router<logto_runtime::Logto> = Router::new().route("/", get(list));
}
