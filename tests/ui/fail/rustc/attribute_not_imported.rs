use axum::{Router, routing::get};

#[require_scopes("read:products")]
async fn list() {}

fn main() {
    let _: Router<logto_runtime::Logto> = Router::new().route("/", get(list));
}
