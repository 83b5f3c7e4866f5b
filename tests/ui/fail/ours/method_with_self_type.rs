use axum::{Router, routing::get};
use logto_runtime::require_scopes;

struct Api;

impl Api {
    #[require_scopes("read:products")]
    async fn list() -> Result<(), Vec<Self>> {
        Ok(())
    }
}

fn main() {
    let _: Router<logto_runtime::Logto> = Router::new().route("/", get(async || drop(Api::list().await)));
}
