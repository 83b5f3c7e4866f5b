use axum::{Router, routing::get};
use logto_runtime::{Guard, require_scopes};

#[require_scopes("write:orders")]
union WriteOrders {
    _one: u8,
    _other: i8,
}

async fn create(_: Guard<WriteOrders>) {}

fn main() {
    let _: Router<logto_runtime::Logto> = Router::new().route("/", get(create));
}
