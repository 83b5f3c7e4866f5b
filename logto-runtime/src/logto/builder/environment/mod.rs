//! The settings that the environment gives.

use super::LogtoBuilder;
use crate::config::ConfigError;

impl LogtoBuilder {
    /// A builder with what the environment says: `LOGTO_ENDPOINT`, `LOGTO_RESOURCE` (comma
    /// separated; the first is the default), `LOGTO_ISSUER`, `LOGTO_JWKS_URI`.
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
