use axum::{Router, routing::get};
use logto_runtime::{GlobalLogto, require_scopes};

#[require_scopes(catalog::scopes::DELETE_REPORTS, resource = "https://api.example.com/reports")]
async fn list() {}

fn main() {
    let _: Router<GlobalLogto> = Router::new().route("/", get(list));
}
