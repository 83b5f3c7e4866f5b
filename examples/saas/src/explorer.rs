//! The explorer, a page that shows who may call which route, and why others may not.

use logto_runtime::{Logto, explorer::Explorer};

use crate::{
    cases::{ADD, CONFIGURE, INVITE},
    routes,
};

/// Returns the explorer of the routes. It serves its page at `/`. To add callers with tokens of the
/// embedded tenant, call `.tenant(&tenant)`.
///
/// Merge the explorer into the router of the routes. The explorer answers loopback peers only.
pub fn explorer(logto: &Logto) -> Explorer {
    let mut explorer = logto.explorer(&routes::routes());
    for ((method, body), path) in [
        (ADD, "/api/products"),
        (INVITE, "/api/organizations/{organization_id}/invitations"),
        (CONFIGURE, "/api/organizations/{organization_id}/settings"),
    ] {
        explorer = explorer.example_body(method, path, body);
    }
    explorer
}
