//! A Logto tenant that runs in the process of a test, with real keys and real signatures.
//!
//! A test describes the tenant, builds the application's [`Logto`](crate::Logto) from the tenant, and mints
//! tokens for the requests:
//!
//! ```
//! use logto_runtime::test_util::TestTenant;
//!
//! let tenant = TestTenant::builder()
//!     .resource("https://api.example.com/products", ["read:products", "write:products"])
//!     .start();
//! let logto = tenant.logto().build()?; // for the application's state
//!
//! let token = tenant
//!     .token()
//!     .user("alice")
//!     .resource("https://api.example.com/products")
//!     .scopes(["read:products"])
//!     .mint(); // for the Authorization header
//! # tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(async {
//! assert_eq!(logto.verify(&token).await.unwrap().subject(), "alice");
//! # });
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! - The tenant listens on a free loopback port, or on the port that [`TestTenantBuilder::port`] sets. With
//!   [`TestTenantBuilder::offline`], the tenant does not open a socket or start a thread.
//! - The tenant serves the discovery document, the key set and `POST /oidc/token`. It also serves the calls
//!   of the Management API that `cargo logto` and `logto-management` make.
//! - The tenant's server runs on its own thread and runtime, so it does not depend on the test's runtime or
//!   on paused time. The tenant starts without `await`, and stops when it is dropped.
//! - The tenant's responses are like those recorded from Logto servers. The tenant grants scopes by the rules
//!   of Logto.
//! - [`TokenBuilder`] also signs tokens that a real tenant would not issue.
//! - With the feature `revocation`, the tenant sends signed webhooks to the URL that
//!   [`TestTenant::send_webhooks_to`] sets. The tenant also serves four more calls of the Management API:
//!   suspend a user, delete a user, remove a member of an organization, test a webhook.
//!   [`TestTenant::suspend`] and similar methods send the webhook in the test's runtime.
//! - [`Fault`] makes an endpoint fail, and [`TestTenant::advance`] moves the tenant's clock.

// In reading order:
// - `builder`, `client`, `hook`, `directory`: describe a tenant
// - `test_tenant`, `control`, `changes`: the methods of `TestTenant`
// - `tenant`, `tenant_clock`: the state of a tenant
// - `fail_test`: panics with a message
// - `server`, `discovery`, `token_endpoint`, `form`, `oidc_error`, `token_response`, `faults`: answer
//   requests
// - `store`, `management`: the resources, scopes and permissions, and the Management API
// - `token_builder`, `claims`, `jwt`, `members`, `signing_key`, `key_ring`: make tokens and keys
// - `people`, `webhook`, `webhook_target`, `iso_8601`: send webhooks that report changes of users and members
// - `memory_log`, `check_log`: help to test logs of revocations
// - `minter`: mints tokens for the explorer
// - `granted`, `guarded`: help to test handlers and routes
mod builder;
#[cfg(feature = "revocation")]
mod changes;
#[cfg(feature = "revocation")]
mod check_log;
mod claims;
mod client;
mod control;
mod directory;
mod discovery;
mod fail_test;
mod faults;
mod form;
mod granted;
mod guarded;
mod hook;
#[cfg(feature = "revocation")]
mod iso_8601;
mod jwt;
mod key_ring;
mod management;
mod members;
#[cfg(feature = "revocation")]
mod memory_log;
#[cfg(feature = "explorer")]
pub(crate) mod minter;
mod oidc_error;
#[cfg(feature = "revocation")]
mod people;
mod server;
mod signing_key;
mod store;
mod tenant;
mod tenant_clock;
mod test_tenant;
mod token_builder;
mod token_endpoint;
mod token_response;
#[cfg(feature = "revocation")]
mod webhook;
#[cfg(feature = "revocation")]
mod webhook_target;

pub use self::{
    builder::TestTenantBuilder,
    client::{Client, Membership, User},
    faults::{Fault, TenantEndpoint},
    granted::{Granted, granted},
    guarded::assert_guarded,
    hook::Hook,
    signing_key::SigningKey,
    test_tenant::TestTenant,
    token_builder::TokenBuilder,
};
#[cfg(feature = "revocation")]
#[cfg_attr(docsrs, doc(cfg(feature = "revocation")))]
pub use self::{check_log::check_revocation_log, memory_log::MemoryLog};
