//! A crate that denies lints. The expansions of attributes must not violate these lints.

#![deny(
    warnings,
    missing_docs,
    missing_debug_implementations,
    missing_copy_implementations,
    unreachable_pub,
    unnameable_types,
    unused_qualifications,
    unused_results,
    let_underscore_drop,
    non_camel_case_types,
    redundant_imports,
    clippy::all,
    clippy::pedantic
)]
#![forbid(unsafe_code)]
#![allow(clippy::unused_async)] // The handlers are empty.

use axum::{Router, extract::State, routing::get};
use logto_runtime::{GlobalLogto, require_auth, require_org_scopes, require_scopes};

/// The products.
pub mod products {
    use logto_runtime::require_scopes;

    /// Lists products.
    #[require_scopes("read:products", any("write:products", "write:orders"))]
    pub async fn list() {}

    /// May write orders.
    #[derive(Clone, Copy, Debug)]
    #[require_scopes("write:orders", resource = "orders")]
    pub struct WriteOrders;
}

mod private {
    use logto_runtime::require_auth;

    #[require_auth]
    pub(super) async fn account() {}

    #[require_auth]
    pub(crate) async fn other_account() {}
}

/// Has as many arguments as Clippy allows.
#[require_org_scopes("read:data", org = token)]
#[require_auth]
async fn seven(
    State(GlobalLogto): State<GlobalLogto>,
    State(GlobalLogto): State<GlobalLogto>,
    State(GlobalLogto): State<GlobalLogto>,
    State(GlobalLogto): State<GlobalLogto>,
    State(GlobalLogto): State<GlobalLogto>,
    State(GlobalLogto): State<GlobalLogto>,
    State(GlobalLogto): State<GlobalLogto>,
) {
}

#[require_scopes("read:products")]
#[require_auth]
async fn stacked() {}

fn main() {
    let _router: Router<GlobalLogto> = Router::new()
        .route("/", get(products::list))
        .route("/account", get(private::account))
        .route("/other", get(private::other_account))
        .route("/seven", get(seven))
        .route("/stacked", get(stacked))
        .route(
            "/orders",
            get(|_: logto_runtime::Guard<products::WriteOrders>| async {}),
        );
}
