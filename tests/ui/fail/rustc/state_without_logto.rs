//! axum's `Handler` hides the reason. `debug_handler` shows it, in `state_without_logto_shown.rs`.

use axum::{Router, routing::get};
use logto_runtime::require_scopes;

#[derive(Clone)]
struct App {
    _name: String,
}

#[require_scopes("read:products")]
async fn list() {}

fn main() {
    let app = App {
        _name: String::new(),
    };
    let _: Router = Router::new().route("/", get(list)).with_state(app);
}
