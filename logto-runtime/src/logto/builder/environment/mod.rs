//! Reads settings from environment variables.
//!
//! In: `LOGTO_ENDPOINT` (required), `LOGTO_RESOURCE`, `LOGTO_ISSUER` and `LOGTO_JWKS_URI`. Out: a
//! [`LogtoBuilder`] with these settings.
//!
//! - White space around values is removed. A blank value counts as not set.
//! - Resources and issuers are separated by commas. Blank entries are skipped.
//! - Nothing is checked here: [`build`](LogtoBuilder::build) reports missing and invalid values.
//!
//! `tests.rs` passes variables as arguments, so that tests do not change the environment.

use super::LogtoBuilder;
use crate::config::ConfigError;

impl LogtoBuilder {
    /// Returns a builder with the settings from the environment variables `LOGTO_ENDPOINT`,
    /// `LOGTO_RESOURCE` (comma-separated; the first is the default), `LOGTO_ISSUER`
    /// (comma-separated) and `LOGTO_JWKS_URI`.
    pub fn from_env() -> Self {
        Self::from_variables(|name| std::env::var(name).ok())
    }

    pub(crate) fn from_variables(variable: impl Fn(&str) -> Option<String>) -> Self {
        let variable = |name| {
            variable(name)
                .map(|value| value.trim().to_owned())
                .filter(|value| !value.is_empty())
        };
        let mut builder = Self::new(variable("LOGTO_ENDPOINT").ok_or(
            ConfigError::MissingVariable {
                name: "LOGTO_ENDPOINT",
                example: "https://your-tenant.logto.app",
            },
        ));
        for resource in variable("LOGTO_RESOURCE").unwrap_or_default().split(',') {
            if !resource.trim().is_empty() {
                builder = builder.resource(resource.trim());
            }
        }
        for issuer in variable("LOGTO_ISSUER").unwrap_or_default().split(',') {
            if !issuer.trim().is_empty() {
                builder = builder.issuer(issuer.trim());
            }
        }
        match variable("LOGTO_JWKS_URI") {
            Some(uri) => builder.jwks_uri(uri),
            None => builder,
        }
    }
}

#[cfg(test)]
mod tests;
