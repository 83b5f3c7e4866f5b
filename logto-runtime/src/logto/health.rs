//! The health of a [`Logto`], for readiness probes.

use std::time::Duration;

use serde::Serialize;

use super::Logto;
#[cfg(feature = "revocation")]
use crate::revocation::{Revocations, health::RevocationHealth};
use crate::{telemetry, verify::TokenCache};

/// The health of a [`Logto`], returned by [`Logto::health`]. Serializes as an object.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Health {
    /// Whether this service can check tokens.
    ///
    /// True if the current key set is usable. Also true if `last_error` is `None`, because the next request
    /// can then fetch a key set. If the builder has a list of revocations, `revocations.ready` must be true
    /// too.
    pub ready: bool,
    /// The number of keys in the current key set, even if the set is too old to use. Before the first
    /// successful fetch, it is 0.
    pub keys: usize,
    /// The time since the key set was last known to be current, in whole seconds. Before the first successful
    /// fetch, it is `None`. For a fixed key set, it is 0.
    pub key_set_age_seconds: Option<u64>,
    /// Why the last fetch failed, was lost or could not start. `None` if the last fetch succeeded, or if no
    /// fetch has ended yet. Also `None` if only one fetch was lost, because it is repeated.
    pub last_error: Option<String>,
    /// The number of verified tokens in the cache.
    pub cached_tokens: usize,
    /// The approximate size of the cached tokens in bytes.
    pub cached_bytes: u64,
    /// The state of the list of revocations. If the builder has no list, this is `None`.
    #[cfg(feature = "revocation")]
    #[cfg_attr(docsrs, doc(cfg(feature = "revocation")))]
    pub revocations: Option<RevocationHealth>,
    /// The tenants of [`Logto::any_of`], in the order in which they were given. Without `any_of`, this is
    /// empty.
    ///
    /// With `any_of`, the other fields are about all tenants together:
    ///
    /// - `ready` is true if at least one tenant is ready. So an outage of one tenant does not stop this
    ///   service for the users of the others.
    /// - `key_set_age_seconds` is the age of the oldest key set.
    /// - `last_error` is the error of the first tenant that has an error. It begins with the endpoint of that
    ///   tenant.
    /// - `revocations` is `None`.
    /// - `keys`, `cached_tokens` and `cached_bytes` are sums.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub tenants: Vec<TenantHealth>,
}

/// The health of one tenant of [`Logto::any_of`]. Serializes as one object: the fields of its [`Health`], and
/// `endpoint`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct TenantHealth {
    /// The endpoint of the tenant.
    pub endpoint: String,
    /// The health of the tenant.
    #[serde(flatten)]
    pub health: Health,
}

impl Logto {
    /// Returns the state of the key set, the token cache and the list of revocations. Never waits.
    ///
    /// Starts a fetch of the key set in the background if a fetch is due. A load balancer can stop sending
    /// requests to a service that is not ready. Without this fetch, the service could not become ready again.
    ///
    /// ```
    /// use axum::{Json, extract::State, http::StatusCode};
    /// use logto_runtime::{Health, Logto};
    ///
    /// async fn healthz(State(logto): State<Logto>) -> (StatusCode, Json<Health>) {
    ///     let health = logto.health();
    ///     let status = match health.ready {
    ///         true => StatusCode::OK,
    ///         false => StatusCode::SERVICE_UNAVAILABLE,
    ///     };
    ///     (status, Json(health))
    /// }
    /// # let _: axum::Router<Logto> = axum::Router::new().route("/", axum::routing::get(healthz));
    /// ```
    #[must_use]
    pub fn health(&self) -> Health {
        let tenants = self.tenants();
        // One of several tenants reports only its own health.
        let are_several = tenants.iter().any(Self::is_one_of_several) && !self.is_one_of_several();
        let health = if are_several {
            Health::of_several(tenants)
        } else {
            self.health_alone()
        };
        if let Some(seconds) = health.key_set_age_seconds {
            telemetry::key_set_age(Duration::from_secs(seconds));
        }
        health
    }

    /// Returns the health of one tenant.
    fn health_alone(&self) -> Health {
        let verifier = self.verifier();
        verifier.keys.refresh_if_due();
        let loaded = verifier.keys.loaded();
        let last_error = verifier.keys.last_error().map(|error| error.to_string());
        let (cached_tokens, cached_bytes) =
            verifier.cache.as_ref().map_or((0, 0), TokenCache::usage);
        let ready = verifier.keys.are_usable() || last_error.is_none();
        #[cfg(feature = "revocation")]
        let revocations = (self.settings().revocations.as_ref()).map(Revocations::health);
        #[cfg(feature = "revocation")]
        let ready = ready && revocations.as_ref().is_none_or(|list| list.ready);
        Health {
            ready,
            keys: loaded.map_or(0, |(keys, _)| keys),
            key_set_age_seconds: loaded.map(|(_, age)| age.as_secs()),
            last_error,
            cached_tokens,
            cached_bytes,
            #[cfg(feature = "revocation")]
            revocations,
            tenants: Vec::new(),
        }
    }
}

impl Health {
    fn of_several(tenants: &[Logto]) -> Self {
        let tenants: Vec<_> = tenants
            .iter()
            .map(|logto| TenantHealth {
                endpoint: logto.settings().endpoint.clone(),
                health: logto.health_alone(),
            })
            .collect();
        let each = || tenants.iter().map(|tenant| &tenant.health);
        let oldest = each().filter_map(|health| health.key_set_age_seconds).max();
        Self {
            ready: each().any(|health| health.ready),
            keys: each().map(|health| health.keys).sum(),
            key_set_age_seconds: oldest,
            last_error: tenants.iter().find_map(|tenant| {
                let error = tenant.health.last_error.as_ref()?;
                Some(format!("{}: {error}", tenant.endpoint))
            }),
            cached_tokens: each().map(|health| health.cached_tokens).sum(),
            cached_bytes: each().map(|health| health.cached_bytes).sum(),
            #[cfg(feature = "revocation")]
            revocations: None,
            tenants,
        }
    }
}
