use axum::{Router, routing::get};
use logto_runtime::{GlobalLogto, require_org_scopes};

#[require_org_scopes(catalog::scopes::org::READ_DATA, resource = "org", org = token)]
async fn list() {}

fn main() {
    let _: Router<GlobalLogto> = Router::new().route("/", get(list));
}
