//! `from_extractor` gives its extractor the state `()`. `from_extractor_with_state` works.

use axum::{Router, middleware::from_extractor, routing::get};
use logto_runtime::{Guard, Logto, require_scopes};

#[require_scopes("read:products")]
struct Read;

fn app(logto: Logto) -> Router {
    Router::new()
        .route("/", get(async || "[]"))
        .layer(from_extractor::<Guard<Read>>())
        .with_state(logto)
}

fn main() {}
