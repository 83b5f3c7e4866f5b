//! A contestant of the comparison: `logto-runtime` as its README shows it. With the argument `uncached`, the
//! token cache is off.

use axum::{Router, routing::get};
use logto_runtime::{Logto, require_scopes};

#[require_scopes("write:orders")]
async fn orders() -> &'static str {
    "ok"
}

fn main() {
    let uncached = std::env::args().any(|argument| argument == "uncached");
    arena::compete(async |settings| {
        let mut builder = Logto::builder(settings.endpoint).resource(settings.audience);
        if uncached {
            builder = builder.token_cache_bytes(0);
        }
        let logto = builder.build().expect("a Logto");
        logto.warm_up().await.expect("keys");
        Router::new()
            .route(arena::PATH, get(orders))
            .with_state(logto)
    });
}
