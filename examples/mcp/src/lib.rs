//! An MCP server behind a guard. Its clients find out by themselves where to get a token.

mod server;

use logto_runtime::test_util::{Client, TestTenant};

pub use crate::server::app;

/// Starts a tenant with this resource and two clients. The client `agent` may read. The client `editor` may
/// read and write. The secret of each client is `<id>-secret`.
#[must_use]
pub fn embedded(resource: &str) -> TestTenant {
    let client = |id: &str| Client::new(id, format!("{id}-secret"));
    TestTenant::builder()
        .resource(resource, ["read:notes", "write:notes"])
        .client(client("agent").scopes(resource, ["read:notes"]))
        .client(client("editor").scopes(resource, ["read:notes", "write:notes"]))
        .start()
}
