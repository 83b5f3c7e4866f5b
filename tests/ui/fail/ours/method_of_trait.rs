use axum::{Router, routing::get};
use logto_runtime::require_scopes;

trait Products {
    #[require_scopes("read:products")]
    fn list() -> impl Future<Output = ()> + Send;
}

struct Api;

impl Products for Api {
    async fn list() {}
}

fn main() {
    let _: Router<logto_runtime::Logto> = Router::new().route("/", get(Api::list));
}
