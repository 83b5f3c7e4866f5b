use axum::Router;
use logto_runtime::require_scopes;

#[require_scopes("read:products")]
type Products = Router;

fn main() {
    let _: Router = Products::new();
}
