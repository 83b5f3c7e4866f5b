use axum::{Router, routing::get};
use logto_runtime::require_scopes;

mod scopes {
    pub const READ: &str = "read:products";
}

#[require_scopes(scopes::READ, scopes::READ)]
async fn list() {}

fn main() {
    let _: Router<logto_runtime::Logto> = Router::new().route("/", get(list));
}
