//! The part that all clones of a [`Logto`] share.

use std::sync::{Arc, Mutex, Once};

use url::Url;

use super::{Logto, auth_info::AuthInfo, deny_async::Inquiry};
#[cfg(feature = "revocation")]
use crate::revocation::Revocations;
use crate::{
    answer::{Render, denial::Denial, metadata_url::MetadataUrl},
    clock::Reading,
    config::Resources,
    decide::{clients::Clients, misconfiguration::Misconfiguration},
    jwks::Fetcher,
    token::source::Sources,
    verify::Verifier,
};

/// Hides the fields of [`Shared`] from rustc, to save compile time.
///
/// For each handler, rustc visits the types of the arguments and all types inside them. The types inside the
/// HTTP client and the cache would take rustc longer than the rest of the handler.
pub(super) trait Tenant: Send + Sync {
    fn shared(&self) -> &Shared;

    /// Returns the tenants of an [`any_of`](Logto::any_of). Without `any_of`, returns an empty slice.
    fn several(&self) -> &[Logto] {
        &[]
    }

    /// Returns the metadata URL of each resource, in the order of the resources.
    fn metadata_urls(&self) -> &[Option<MetadataUrl>] {
        &self.shared().settings.metadata_urls
    }

    /// Whether this is one of the tenants of an [`any_of`](Logto::any_of).
    fn is_one_of_several(&self) -> bool {
        false
    }
}

/// The verifier and the settings behind every clone of a [`Logto`].
pub(super) struct Shared {
    pub(super) verifier: Verifier,
    pub(super) settings: Settings,
    /// The misconfigurations that were logged as errors, with their routes. Each is logged as an
    /// error only once.
    pub(super) reported: Mutex<Vec<(Misconfiguration, Option<String>)>>,
    /// Lets `warm_up` look only once for resources that guards use both globally and within organizations.
    pub(super) asked_both_ways: Once,
}

/// The settings of a [`Logto`] that its verifier does not need.
pub(crate) struct Settings {
    pub(crate) endpoint: String,
    pub(crate) jwks_url: Url,
    pub(crate) fetcher: Arc<Fetcher>,
    pub(crate) token_sources: Sources,
    pub(crate) resources: Resources,
    pub(crate) clients: Clients,
    /// The metadata URL of each resource, in the order of `resources`. An [`any_of`](Logto::any_of) can have
    /// [fewer](Tenant::metadata_urls).
    pub(crate) metadata_urls: Vec<Option<MetadataUrl>>,
    pub(crate) render: Option<Render>,
    pub(crate) deny_if: Vec<DenyIf>,
    pub(crate) deny_if_async: Option<Inquiry>,
    pub(crate) announces_metadata: bool,
    #[cfg(feature = "revocation")]
    pub(crate) revocations: Option<Revocations>,
}

impl Settings {
    /// Whether a request must wait for the revocation log. True if the process was paused and the task that
    /// reads the log still runs.
    #[inline]
    pub(super) fn must_read_revocations(&self, now: Reading) -> bool {
        #[cfg(feature = "revocation")]
        return (self.revocations.as_ref()).is_some_and(|revocations| revocations.was_paused(now));
        #[cfg(not(feature = "revocation"))]
        {
            let _ = now;
            false
        }
    }

    /// Whether the builder has a function that can refuse the caller of a verified token.
    #[cfg(feature = "utoipa")]
    pub(crate) fn may_deny(&self) -> bool {
        !self.deny_if.is_empty() || self.deny_if_async.is_some()
    }
}

/// A function given to [`deny_if`](crate::LogtoBuilder::deny_if).
pub(crate) type DenyIf = Box<dyn Fn(&AuthInfo) -> Option<Denial> + Send + Sync>;

impl Tenant for Shared {
    fn shared(&self) -> &Shared {
        self
    }
}

impl Logto {
    pub(super) fn of_tenant(tenant: impl Tenant + 'static) -> Self {
        Self {
            tenant: Arc::new(tenant),
        }
    }

    pub(super) fn shared(&self) -> &Shared {
        self.tenant.shared()
    }

    pub(crate) fn verifier(&self) -> &Verifier {
        &self.shared().verifier
    }

    pub(crate) fn settings(&self) -> &Settings {
        &self.shared().settings
    }
}
