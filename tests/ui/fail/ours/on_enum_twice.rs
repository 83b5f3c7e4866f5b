use axum::{Router, routing::get};
use logto_runtime::{Guard, require_auth, require_scopes};

#[require_scopes("write:orders")]
#[require_auth]
enum WriteOrders {
    Always,
}

async fn create(_: Guard<WriteOrders>) {}

fn main() {
    let _: Router<logto_runtime::Logto> = Router::new().route("/", get(create));
}
