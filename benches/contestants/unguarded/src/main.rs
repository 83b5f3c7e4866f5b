//! What every guard is compared with: the handler alone.

use axum::{Router, routing::get};

fn main() {
    arena::compete(async |_| Router::new().route(arena::PATH, get(|| async { "ok" })));
}
