//! The HTTP client that fetches the key set and the discovery document.
//!
//! - `proxies`: the proxies that are set in environment variables
//! - `certificates`: the certificates that the client accepts, and hosts without CA certificates
//!
//! Proxies and certificates depend on environment variables. So each test runs itself again in a child
//! process (`child`) with other variables. The child uses the tenant and the `servers` of the first process.
//! It reads certificates from a temporary folder (`folder`).

mod certificates;
mod child;
mod folder;
mod proxies;
mod servers;

use logto_runtime::{Logto, LogtoBuilder, test_util::TestTenant};

use crate::support::{PRODUCTS, with_resources_of_all_guards};

/// Starts a tenant with the clock of the system, because the child process reads the same clock.
fn tenant() -> TestTenant {
    TestTenant::builder()
        .resource(PRODUCTS, ["read:products"])
        .start()
}

/// Returns a builder with the endpoint and the issuer that the first process chose.
fn builder() -> LogtoBuilder {
    let builder = Logto::builder(child::variable("TEST_ENDPOINT"));
    let builder = builder.issuer(child::variable("TEST_ISSUER"));
    with_resources_of_all_guards(builder.resource(PRODUCTS))
}

/// Warms up, and returns the text of the error, or `ok`.
async fn warm_up(builder: LogtoBuilder) -> String {
    let logto = builder.build().unwrap();
    match logto.warm_up().await {
        Ok(()) => "ok".to_owned(),
        Err(error) => error.to_string(),
    }
}
