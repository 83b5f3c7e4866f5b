//! Builds a [`Logto`] from the settings.

use std::sync::Arc;

use super::LogtoBuilder;
use crate::{
    answer::metadata_url,
    clock::Clock,
    config::{ConfigError, Resources, callable_url, jwks_uri_at, without_query},
    decide::clients::Clients,
    jwks::{Fetcher, HttpSource, KeyCache, KeySet},
    logto::{Logto, deny_async::Inquiry, shared::Settings},
    verify::{Expected, TokenCache, Verifier},
};

impl LogtoBuilder {
    /// Checks all settings and builds a [`Logto`].
    ///
    /// Does not perform any I/O, and does not fetch the keys. The first fetch starts when a token needs a
    /// key, or when the program calls [`Logto::warm_up`] or [`Logto::health`]. With
    /// [`jwks_json`](Self::jwks_json), the keys are never fetched.
    ///
    /// # Errors
    ///
    /// Fails if a setting is missing or invalid. The error is about the first such setting, and says how to
    /// fix it.
    pub fn build(self) -> Result<Logto, ConfigError> {
        self.check_settings()?;
        let endpoint = self.checked_endpoint()?;
        #[cfg(feature = "revocation")]
        let max_age = self.checked_max_age(&endpoint)?;
        #[cfg(not(feature = "revocation"))]
        let max_age = None;
        let issuers = self.checked_issuers(&endpoint)?;
        let token_sources = self.checked_sources()?;
        let mut resources = Resources::default();
        for (name, indicator) in self.resources {
            match name {
                None => resources.add(indicator)?,
                Some(name) => resources.add_named(name, indicator)?,
            }
        }
        if resources.default_indicator().is_none() {
            return Err(ConfigError::NoResource);
        }
        let mut clients = Clients::default();
        for (name, id) in self.clients {
            clients.add(name, id)?;
        }
        let clock = self.clock.unwrap_or_else(Clock::system);
        let jwks_uri = self.jwks_uri.unwrap_or_else(|| jwks_uri_at(&endpoint));
        let jwks_url = callable_url(&jwks_uri, self.allow_insecure_http).map_err(|problem| {
            ConfigError::JwksUri {
                value: without_query(&jwks_uri),
                problem,
            }
        })?;
        let fetcher = Arc::new(match self.http_client {
            Some(client) => Fetcher::with_client(client),
            None => Fetcher::new(self.allow_insecure_http),
        });
        let keys = match &self.jwks_json {
            Some(document) => {
                let keys = KeySet::parse(document.as_bytes(), None).map_err(|error| {
                    ConfigError::JwksJson {
                        reason: error.to_string(),
                    }
                })?;
                KeyCache::fixed(keys, self.key_times, clock.clone())
            }
            None => {
                let source = HttpSource::new(Arc::clone(&fetcher), jwks_url.clone());
                KeyCache::fetched_from(Box::new(source), self.key_times, clock.clone())
            }
        };
        Ok(Logto::new(
            Verifier {
                expected: Expected {
                    issuers,
                    leeway: self.leeway,
                    max_age,
                },
                algorithms: self.algorithms,
                max_token_bytes: self.max_token_bytes,
                keys,
                cache: TokenCache::with_capacity(self.token_cache_bytes),
                clock,
            },
            Settings {
                endpoint,
                jwks_url,
                fetcher,
                token_sources,
                metadata_urls: metadata_url::of_resources(resources.indicators()),
                resources,
                clients,
                render: self.render,
                deny_if: self.deny_if,
                deny_if_async: Inquiry::new(self.deny_if_async, self.deny_times),
                announces_metadata: self.announces_metadata,
                #[cfg(feature = "revocation")]
                revocations: self.revocations.into_iter().next(),
            },
        ))
    }
}
