//! How the verifier is doing: for readiness probes.

use std::time::Duration;

use serde::Serialize;

use super::Logto;
use crate::{telemetry, verify::TokenCache};

/// The state of a [`Logto`], from [`Logto::health`]. Serialises as an object of its parts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Health {
    /// Whether tokens can be judged: there are keys that may, or nothing is known that would keep
    /// the next request from fetching some.
    pub ready: bool,
    /// How many usable keys there are; none before the first fetch.
    pub keys: usize,
    /// How long ago the key set was last known to be current, in whole seconds.
    pub key_set_age_seconds: Option<u64>,
    /// Why the last fetch failed, if it did.
    pub last_error: Option<String>,
    /// How many verified tokens are remembered.
    pub cached_tokens: usize,
    /// About how many bytes they take.
    pub cached_bytes: u64,
}

impl Logto {
    /// How keys and cache are doing. Never waits. A fetch of keys that is due begins in the
    /// background, so that a service which gets no requests while it is not ready becomes so again.
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
        let verifier = self.verifier();
        verifier.keys.refresh_if_due();
        let loaded = verifier.keys.loaded();
        if let Some((_, age)) = loaded {
            telemetry::key_set_age(age);
        }
        let last_error = verifier.keys.last_error().map(|error| error.to_string());
        let (cached_tokens, cached_bytes) =
            verifier.cache.as_ref().map_or((0, 0), TokenCache::fill);
        Health {
            ready: verifier.keys.are_usable() || last_error.is_none(),
            keys: loaded.map_or(0, |(keys, _)| keys),
            key_set_age_seconds: loaded.map(|(_, age): (_, Duration)| age.as_secs()),
            last_error,
            cached_tokens,
            cached_bytes,
        }
    }
}
