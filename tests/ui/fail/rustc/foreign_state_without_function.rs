//! No `FromRef` gets the `Logto` from a state of another crate, so the attribute must name a function.

use axum::{Router, routing::get};
use logto_runtime::require_scopes;
use web_framework::AppContext;

#[require_scopes("read:products")]
#[axum::debug_handler(state = AppContext)]
async fn list() {}

fn main() {
    let _: Router<AppContext> = Router::new().route("/", get(list));
}
