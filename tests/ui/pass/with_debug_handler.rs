use axum::{
    Json, Router,
    extract::{FromRef, State},
    routing::post,
};
use logto_runtime::{Logto, require_auth, require_scopes};

#[derive(Clone, FromRef)]
struct App {
    logto: Logto,
    name: String,
}

#[require_scopes("write:products")]
#[axum::debug_handler(state = App)]
async fn create(State(name): State<String>, Json(product): Json<String>) -> String {
    format!("{name}: {product}")
}

#[require_scopes("write:products")]
#[require_auth]
#[axum::debug_handler(state = App)]
async fn stacked(State(name): State<String>) -> String {
    name
}

#[require_auth]
#[axum::debug_handler(state = logto_runtime::GlobalLogto)]
async fn without_state() {}

pub(crate) fn main() {
    let _: Router<App> = Router::new()
        .route("/", post(create))
        .route("/stacked", post(stacked));
    let _: Router<logto_runtime::GlobalLogto> = Router::new().route("/", post(without_state));
}
