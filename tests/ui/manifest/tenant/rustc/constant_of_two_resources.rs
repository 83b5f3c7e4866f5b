use axum::{Router, routing::get};
use logto_runtime::require_org_scopes;

logto_runtime::scopes!();

#[require_org_scopes(scopes::WRITE_SETTINGS, resource = "org", org = token)]
async fn list() {}

fn main() {
    let _: Router<logto_runtime::Logto> = Router::new().route("/", get(list));
}
