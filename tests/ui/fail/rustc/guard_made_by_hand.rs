use axum::{Router, routing::get};
use logto_runtime::{Guard, require_scopes};

#[require_scopes("read:products")]
struct ReadProducts;

async fn list(_: Guard<ReadProducts>) {}

async fn open() {
    list(Guard::<ReadProducts> {}).await;
}

fn main() {
    let _: Router<logto_runtime::Logto> = Router::new().route("/", get(open));
}
