use axum::{Router, routing::get};
use logto_runtime::public;

struct Api;

impl Api {
    #[public]
    async fn list(&self) {}
}

fn main() {
    let _: Router<logto_runtime::Logto> = Router::new().route("/", get(async || Api.list().await));
}
