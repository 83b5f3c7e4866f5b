use axum::{Router, routing::get};
use logto_runtime::public;

#[public]
fn list() {}

fn main() {
    let _: Router = Router::new().route("/", get(list));
}
