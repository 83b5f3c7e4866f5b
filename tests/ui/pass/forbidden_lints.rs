//! `forbid` also rejects an `allow` in code from a macro. So the attributes must not allow these lints.

#![forbid(
    warnings,
    dead_code,
    missing_docs,
    missing_debug_implementations,
    unreachable_pub,
    unsafe_code,
    unused
)]

use axum::{Router, routing::get};

/// Products.
pub mod products {
    use logto_runtime::{require_auth, require_scopes};

    /// Lists products.
    #[require_scopes("read:products")]
    #[require_auth]
    pub async fn list() {}
}

fn main() {
    let _router: Router<logto_runtime::GlobalLogto> = Router::new().route("/", get(products::list));
}
