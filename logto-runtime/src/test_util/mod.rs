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
mod guarded;
mod jwt;
mod key_ring;
mod members;
mod oidc_error;
mod server;
mod signing_key;
mod token_builder;
mod token_endpoint;

use std::{
    fmt,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

pub use self::{
    builder::TestTenantBuilder,
    client::{Client, Membership, User},
    faults::{Fault, TenantEndpoint},
    guarded::assert_guarded,
    signing_key::SigningKey,
    token_builder::TokenBuilder,
};
use self::{
    clock::TenantClock, directory::Directory, faults::Traffic, key_ring::KeyRing, server::Server,
};
use crate::logto::{Logto, builder::Builder};

/// A Logto tenant for tests; see the [module](self) for an example.
pub struct TestTenant {
    tenant: Arc<Tenant>,
    server: Option<Server>,
}

/// What the test's thread and the server's thread share.
struct Tenant {
    endpoint: String,
    directory: Directory,
    keys: Mutex<KeyRing>,
    clock: TenantClock,
    traffic: Traffic,
}

impl TestTenant {
    /// Starts a tenant that knows no resource, organization or client yet signs whatever
    /// [`token`](Self::token) is asked for.
    ///
    /// # Panics
    ///
    /// When no loopback port can be had.
    #[must_use]
    #[track_caller]
    pub fn start() -> Self {
        Self::builder().start()
    }

    /// Describes a tenant with resources, organizations, clients and users.
    pub fn builder() -> TestTenantBuilder {
        TestTenantBuilder::default()
    }

    /// The endpoint, as [`Logto::builder`] wants it.
    #[must_use]
    pub fn endpoint(&self) -> &str {
        &self.tenant.endpoint
    }

    /// The issuer of its tokens.
    #[must_use]
    pub fn issuer(&self) -> String {
        self.tenant.issuer()
    }

    /// The address of its key set.
    #[must_use]
    pub fn jwks_uri(&self) -> String {
        format!("{}/jwks", self.tenant.issuer())
    }

    /// The key set it serves now.
    #[must_use]
    pub fn jwks_json(&self) -> String {
        self.tenant.keys().document()
    }

    /// A [`Logto::builder`] for this tenant: its endpoint, its resources and its clock are set.
    pub fn logto(&self) -> Builder {
        let mut logto = Logto::builder(self.endpoint()).clock(self.clock());
        if self.server.is_none() {
            logto = logto.jwks_json(self.jwks_json());
        }
        for indicator in self.tenant.directory.resources() {
            logto = logto.resource(indicator);
        }
        logto
    }

    /// Begins a token.
    pub fn token(&self) -> TokenBuilder<'_> {
        TokenBuilder::new(&self.tenant)
    }
}

impl fmt::Debug for TestTenant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TestTenant")
            .field("endpoint", &self.tenant.endpoint)
            .field("offline", &self.server.is_none())
            .finish_non_exhaustive()
    }
}

impl Tenant {
    fn issuer(&self) -> String {
        format!("{}/oidc", self.endpoint)
    }

    fn keys(&self) -> MutexGuard<'_, KeyRing> {
        self.keys.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[track_caller]
#[expect(
    clippy::panic,
    reason = "a fixture used wrongly fails the test that uses it"
)]
fn misuse(what: impl fmt::Display) -> ! {
    panic!("test tenant: {what}")
}
