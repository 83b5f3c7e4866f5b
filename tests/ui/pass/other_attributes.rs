//! Documentation, lints and other attributes stay on the item.

#![deny(deprecated, unused_must_use, unused_variables)]

use axum::{Router, extract::State, routing::get};
use logto_runtime::{Guard, require_auth, require_scopes};

/// Lists products.
///
/// With a second paragraph.
#[allow(unused_variables)]
#[require_scopes("read:products")]
#[doc = "And a third."]
#[must_use]
#[inline]
async fn list(#[allow(unused_mut)] mut state: State<logto_runtime::GlobalLogto>) -> &'static str {
    #![allow(clippy::needless_return)]
    let unused = 1;
    return "products";
}

/** May write orders. */
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[require_scopes("write:orders")]
#[repr(C)]
struct WriteOrders;

#[deprecated = "use list"]
#[require_auth]
async fn old() {}

#[allow(deprecated)]
pub(crate) fn main() {
    assert_eq!(WriteOrders, WriteOrders::default());
    let _: Router<logto_runtime::GlobalLogto> = Router::new()
        .route("/", get(list))
        .route("/old", get(old))
        .route("/orders", get(|_: Guard<WriteOrders>| async {}));
}
