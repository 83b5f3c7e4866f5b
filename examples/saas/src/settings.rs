//! The settings, read from environment variables with defaults.

use std::{env, ffi::OsString, fmt};

use logto_runtime::{ConfigError, Logto, Revocations, TokenSource};

use crate::tenant::{ORG, PRODUCTS};

/// Where the API listens, and which tenant's tokens it accepts.
#[derive(Debug)]
pub struct Settings {
    /// The port of the API: `PORT`, by default 3000.
    pub port: u16,
    /// The tenant whose tokens the API accepts.
    pub tenant: Tenant,
}

/// The tenant whose tokens the API accepts. `Debug` does not show the signing key of the webhook and
/// credentials in URLs.
pub enum Tenant {
    /// A tenant in this process.
    Embedded {
        /// The port of the tenant: `TENANT_PORT`, by default 3001.
        port: u16,
    },
    /// A Logto server.
    Remote {
        /// The endpoint of the tenant: `LOGTO_ENDPOINT`.
        endpoint: String,
        /// The indicator of the product API: `LOGTO_RESOURCE`, by default [`PRODUCTS`].
        products: String,
        /// The indicator of the organization API: `LOGTO_ORG_RESOURCE`, by default [`ORG`].
        org: String,
        /// The signing key of the webhook in the Logto console: `LOGTO_WEBHOOK_KEY`. Without a key, the API
        /// does not have a route for webhooks.
        webhook_key: Option<String>,
    },
}

/// An environment variable with an invalid value.
#[derive(Debug)]
pub struct SettingsError {
    variable: &'static str,
    /// The value without credentials. `None` if the value is not UTF-8 and may contain a secret.
    value: Option<OsString>,
    /// What to set the variable to.
    expected: &'static str,
}

impl Settings {
    /// Reads the environment.
    ///
    /// # Errors
    ///
    /// Returns an error for a port that is not a number from 0 to 65535. Also returns an error for a list
    /// where one resource is expected, and for a value that is not UTF-8.
    pub fn from_env() -> Result<Self, SettingsError> {
        let tenant = match variable("LOGTO_ENDPOINT", "the endpoint of a tenant")? {
            Some(endpoint) => Tenant::Remote {
                endpoint,
                products: resource("LOGTO_RESOURCE", PRODUCTS)?,
                org: resource("LOGTO_ORG_RESOURCE", ORG)?,
                webhook_key: secret(
                    "LOGTO_WEBHOOK_KEY",
                    "the signing key of a webhook in the Logto console",
                )?,
            },
            None => Tenant::Embedded {
                port: port("TENANT_PORT", 3001)?,
            },
        };
        let port = port("PORT", 3000)?;
        Ok(Self { port, tenant })
    }
}

/// Builds the [`Logto`] of the tenant at this endpoint, with both resources and with `revocations`.
///
/// Guards refer to the second resource by its name, `resource = "org"`. So deployments with the same source
/// code can have different indicators.
///
/// # Errors
///
/// Returns an error if the endpoint or a resource is invalid. Also returns an error if `revocations` is for
/// a different endpoint.
pub fn logto(
    endpoint: &str,
    products: &str,
    org: &str,
    revocations: &Revocations,
) -> Result<Logto, ConfigError> {
    Logto::builder(endpoint)
        .resource(products)
        .named_resource("org", org)
        .revocations(revocations)
        .token_source(TokenSource::Authorization)
        // Scripts in browsers can't set the header `Authorization` of a WebSocket handshake.
        .token_source(TokenSource::WebSocketProtocol)
        .build()
}

impl fmt::Debug for Tenant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Embedded { port } => f.debug_struct("Embedded").field("port", port).finish(),
            Self::Remote {
                endpoint,
                products,
                org,
                webhook_key: _,
            } => f
                .debug_struct("Remote")
                .field("endpoint", &without_credentials(endpoint))
                .field("products", &without_credentials(products))
                .field("org", &without_credentials(org))
                .finish_non_exhaustive(),
        }
    }
}

impl fmt::Display for SettingsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            variable,
            value,
            expected,
        } = self;
        match value {
            Some(value) => write!(f, "{variable} is {value:?}; set it to {expected}"),
            None => write!(f, "{variable} is not UTF-8; set it to {expected}"),
        }
    }
}

impl std::error::Error for SettingsError {}

/// Reads an environment variable. Returns `None` if the variable is not set or is empty.
fn variable(
    variable: &'static str,
    expected: &'static str,
) -> Result<Option<String>, SettingsError> {
    let value = env::var_os(variable).filter(|value| !value.is_empty());
    value
        .map(OsString::into_string)
        .transpose()
        .map_err(|value| SettingsError {
            variable,
            // A password in a URL ends with `@`. It can't be cut out of a text that is not UTF-8.
            value: Some(value).filter(|value| !value.to_string_lossy().contains('@')),
            expected,
        })
}

/// Reads a variable with a secret. The error does not show the value.
fn secret(name: &'static str, expected: &'static str) -> Result<Option<String>, SettingsError> {
    variable(name, expected).map_err(|error| SettingsError {
        value: None,
        ..error
    })
}

/// Reads the indicator of one resource. A list is an error here, because each of the two resources has a
/// variable of its own. `Logto::from_env` accepts a list in `LOGTO_RESOURCE`.
fn resource(name: &'static str, default: &str) -> Result<String, SettingsError> {
    let expected = "one API identifier (LOGTO_RESOURCE: that of the product API, LOGTO_ORG_RESOURCE: that of \
                    the organization API)";
    let value = variable(name, expected)?.unwrap_or_else(|| default.to_owned());
    match value.contains(',') {
        false => Ok(value),
        true => Err(SettingsError {
            variable: name,
            value: Some(without_credentials(&value).into()),
            expected,
        }),
    }
}

fn port(name: &'static str, default: u16) -> Result<u16, SettingsError> {
    let expected = "a port, a number from 0 to 65535";
    let Some(value) = variable(name, expected)? else {
        return Ok(default);
    };
    value.parse().map_err(|_| SettingsError {
        variable: name,
        value: Some(without_credentials(&value).into()),
        expected,
    })
}

/// Hides everything before the last `@`, so that even a malformed URL does not show a password.
fn without_credentials(value: &str) -> String {
    match value.rsplit_once('@') {
        Some((_, after)) => format!("redacted@{after}"),
        None => value.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_output_of_the_settings_shows_urls_without_credentials() {
        let url = |host: &str| format!("https://user:hidden@{host}");
        let settings = Settings {
            port: 3000,
            tenant: Tenant::Remote {
                endpoint: url("tenant.example"),
                products: url("products.example"),
                org: url("org.example"),
                webhook_key: Some("hidden".to_owned()),
            },
        };
        let shown = format!("{settings:?}");
        assert!(!shown.contains("hidden"), "{shown}");
        for host in ["tenant", "products", "org"] {
            assert!(
                shown.contains(&format!("redacted@{host}.example")),
                "{shown}"
            );
        }
    }
}
