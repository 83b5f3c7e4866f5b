//! The handler alone, which every guard is compared with.

use axum::{Router, routing::get};

fn main() {
    arena::compete(async |_| Router::new().route(arena::PATH, get(|| async { "ok" })));
}
