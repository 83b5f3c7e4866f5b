//! A Logto tenant in the test's own process, with real keys and real signatures.
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
//! The tenant serves discovery, key set and `POST /oidc/token` on a free loopback port, from a
//! thread of its own: it needs no asynchronous set-up, does not care about the test's runtime or
//! its paused time, and ends when the value is dropped. [`TestTenantBuilder::offline`] does
//! without the socket.
//!
//! What it answers, grants and refuses was recorded from Logto servers. What a real tenant would
//! never sign, [`TokenBuilder`] signs on purpose; what a network does to a key set, [`Fault`]
//! does; and [`TestTenant::advance`] moves the time.

mod builder;
mod claims;
mod client;
mod clock;
mod control;
mod directory;
mod discovery;
mod faults;
mod form;
mod granted;
mod guarded;
mod jwt;
mod key_ring;
mod members;
mod misuse;
mod oidc_error;
mod server;
mod signing_key;
mod tenant;
mod test_tenant;
mod token_builder;
mod token_endpoint;

pub use self::{
    builder::TestTenantBuilder,
    client::{Client, Membership, User},
    faults::{Fault, TenantEndpoint},
    granted::{Granted, granted},
    guarded::assert_guarded,
    signing_key::SigningKey,
    test_tenant::TestTenant,
    token_builder::TokenBuilder,
};
