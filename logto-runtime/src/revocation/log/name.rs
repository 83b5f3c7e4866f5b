//! The name of a tenant's log of revocations.

use std::fmt::Write;

use aws_lc_rs::digest::{SHA256, digest};

/// Returns the name of a tenant's log. The name contains a hash of the tenant's endpoint, so that the logs of
/// two tenants have different names. The endpoint must be normalised.
pub(crate) fn name_of(endpoint: &str) -> String {
    let hash = digest(&SHA256, endpoint.as_bytes());
    let mut name = "logto:".to_owned();
    for byte in hash.as_ref().iter().take(8) {
        // Writing to a `String` cannot fail.
        let _ = write!(name, "{byte:02x}");
    }
    name
}
