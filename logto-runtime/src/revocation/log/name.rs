//! The name of a tenant's log.

use std::fmt::Write;

use aws_lc_rs::digest::{SHA256, digest};

/// Returns a name that two tenants do not share, from an endpoint as URLs are compared.
pub(crate) fn name_of(endpoint: &str) -> String {
    let hash = digest(&SHA256, endpoint.as_bytes());
    let mut name = "logto:".to_owned();
    for byte in hash.as_ref().iter().take(8) {
        // Writing to a text cannot fail.
        let _ = write!(name, "{byte:02x}");
    }
    name
}
