//! The defaults of all settings.

use std::time::Duration;

use super::LogtoBuilder;
use crate::{
    config::ConfigError,
    jwks::KeyTimes,
    logto::deny_async::{DenyTimes, Unanswered},
    token::algorithm::Algorithm,
};

impl LogtoBuilder {
    pub(crate) fn new(endpoint: Result<String, ConfigError>) -> Self {
        Self {
            endpoint,
            resources: Vec::new(),
            clients: Vec::new(),
            issuers: Vec::new(),
            jwks_uri: None,
            jwks_json: None,
            algorithms: Algorithm::ALL.into_iter().collect(),
            leeway: Duration::from_secs(60),
            http_client: None,
            token_cache_bytes: 32 * 1024 * 1024,
            max_token_bytes: 16 * 1024,
            token_sources: Vec::new(),
            key_times: KeyTimes {
                fresh_for: Duration::from_secs(5 * 60),
                usable_for: Duration::from_secs(24 * 60 * 60),
                unknown_key_cooldown: Duration::from_secs(10),
            },
            allow_insecure_http: false,
            render: None,
            deny_if: Vec::new(),
            deny_if_async: Vec::new(),
            deny_times: DenyTimes {
                timeout: Duration::from_secs(1),
                remembered_for: Duration::from_secs(10),
                unanswered: Unanswered::default(),
            },
            announces_metadata: false,
            #[cfg(feature = "revocation")]
            revocations: Vec::new(),
            clock: None,
        }
    }
}
