use axum::{Router, routing::get};
use logto_runtime::require_scopes;

#[require_scopes("read:products")]
trait Products {
    fn list() -> impl Future<Output = ()> + Send;
}

struct Api;

impl Products for Api {
    async fn list() {}
}

fn main() {
    let _: Router<logto_runtime::Logto> = Router::new().route("/", get(Api::list));
}
