//! axum's `Handler` hides the reason. `debug_handler` shows it, in `state_forgotten_shown.rs`.

use axum::{Router, routing::get};
use logto_runtime::require_scopes;

#[require_scopes("read:products")]
async fn list() {}

fn main() {
    let _: Router = Router::new().route("/", get(list));
}
