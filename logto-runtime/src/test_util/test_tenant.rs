//! [`TestTenant`], the handle with which a test uses its tenant.

use std::{fmt, sync::Arc};

use super::{server::Server, tenant::Tenant, token_builder::TokenBuilder};
use crate::logto::{Logto, builder::LogtoBuilder};
#[cfg(feature = "revocation")]
use crate::revocation::{Revocations, builder::RevocationsBuilder};

/// A Logto tenant for tests. See the [module](super) for an example.
pub struct TestTenant {
    pub(super) tenant: Arc<Tenant>,
    pub(super) server: Option<Server>,
}

impl TestTenant {
    /// Returns the endpoint, for [`Logto::builder`].
    #[must_use]
    pub fn endpoint(&self) -> &str {
        &self.tenant.endpoint
    }

    /// Returns the issuer of the tenant's tokens.
    #[must_use]
    pub fn issuer(&self) -> String {
        self.tenant.issuer()
    }

    /// Returns the URL of the key set.
    #[must_use]
    pub fn jwks_uri(&self) -> String {
        format!("{}/jwks", self.tenant.issuer())
    }

    /// Returns the key set that the tenant serves now.
    #[must_use]
    pub fn jwks_json(&self) -> String {
        self.tenant.keys().document()
    }

    /// Returns a [`LogtoBuilder`] with this tenant's endpoint, clock and registered resources.
    ///
    /// If the tenant is offline, the builder also has a copy of the current key set.
    pub fn logto(&self) -> LogtoBuilder {
        let mut logto = Logto::builder(self.endpoint()).clock(self.clock());
        if self.server.is_none() {
            logto = logto.jwks_json(self.jwks_json());
        }
        for indicator in self.tenant.directory.resources() {
            logto = logto.resource(indicator);
        }
        logto
    }

    /// Returns a [`RevocationsBuilder`] with this tenant's endpoint and clock.
    #[cfg(feature = "revocation")]
    #[cfg_attr(docsrs, doc(cfg(feature = "revocation")))]
    pub fn revocations(&self) -> RevocationsBuilder {
        Revocations::builder(self.endpoint()).clock(self.clock())
    }

    /// Returns a builder for a token.
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
