use axum::{Router, routing::get};
use logto_runtime::{require_auth, require_scopes};

struct Api;

impl Api {
    #[require_scopes("read:products")]
    #[require_auth]
    async fn list(self) {}
}

fn main() {
    let _: Router<logto_runtime::Logto> = Router::new().route("/", get(async || Api.list().await));
}
