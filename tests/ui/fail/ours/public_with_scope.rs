use axum::{Router, routing::get};
use logto_runtime::public;

#[public("read:products")]
async fn list() {}

fn main() {
    let _: Router<logto_runtime::Logto> = Router::new().route("/", get(list));
}
