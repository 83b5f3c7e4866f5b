//! A contestant of the comparison: the handler without a guard. Every guard is compared with this handler.

use axum::{Router, routing::get};

fn main() {
    arena::compete(async |_| Router::new().route(arena::PATH, get(|| async { "ok" })));
}
