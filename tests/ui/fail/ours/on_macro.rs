use axum::{Router, routing::get};
use logto_runtime::require_scopes;

#[require_scopes("read:products")]
macro_rules! products {
    () => {
        "/products"
    };
}

fn main() {
    let _: Router<logto_runtime::Logto> = Router::new().route(products!(), get(async || ()));
}
