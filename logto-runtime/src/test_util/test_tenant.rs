//! The tenant as tests hold it.

use std::{fmt, sync::Arc};

use super::{server::Server, tenant::Tenant, token_builder::TokenBuilder};
use crate::logto::{Logto, builder::LogtoBuilder};

/// A Logto tenant for tests; see the [module](super) for an example.
pub struct TestTenant {
    pub(super) tenant: Arc<Tenant>,
    pub(super) server: Option<Server>,
}

impl TestTenant {
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
