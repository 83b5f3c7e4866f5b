//! How the verifier is doing: for readiness probes.

use std::time::Duration;

use serde::Serialize;

use crate::{Logto, telemetry, verify::TokenCache};

/// The state of a [`Logto`], from [`Logto::health`]. Serialises as an object of its parts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Health {
    /// Whether tokens can be judged now, or once a first request has fetched the keys.
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
    /// How keys and cache are doing. Never waits, and fetches nothing.
    #[must_use]
    pub fn health(&self) -> Health {
        let verifier = self.verifier();
        let loaded = verifier.keys.loaded();
        if let Some((_, age)) = loaded {
            telemetry::key_set_age(age);
        }
        let last_error = verifier.keys.last_error().map(|error| error.to_string());
        let (cached_tokens, cached_bytes) =
            verifier.cache.as_ref().map_or((0, 0), TokenCache::fill);
        Health {
            ready: verifier.keys.are_usable() && (loaded.is_some() || last_error.is_none()),
            keys: loaded.map_or(0, |(keys, _)| keys),
            key_set_age_seconds: loaded.map(|(_, age): (_, Duration)| age.as_secs()),
            last_error,
            cached_tokens,
            cached_bytes,
        }
    }
}
