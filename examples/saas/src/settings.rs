//! The settings, read from environment variables with defaults.

use std::{env, fmt};

use logto_runtime::{ConfigError, Logto};

use crate::tenant::{ORG, PRODUCTS};

/// Where the API listens, and which tenant's tokens it accepts.
#[derive(Debug)]
pub struct Settings {
    /// The port of the API: `PORT`, by default 3000.
    pub port: u16,
    /// The tenant whose tokens the API accepts.
    pub tenant: Tenant,
}

/// The tenant whose tokens the API accepts.
#[derive(Debug)]
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
    },
}

/// An environment variable with an invalid value.
#[derive(Debug)]
pub struct SettingsError {
    variable: &'static str,
    value: String,
}

impl Settings {
    /// Reads the environment.
    ///
    /// # Errors
    ///
    /// Returns an error if a port is not a number from 0 to 65535.
    pub fn from_env() -> Result<Self, SettingsError> {
        let tenant = match variable("LOGTO_ENDPOINT") {
            Some(endpoint) => Tenant::Remote {
                endpoint,
                products: variable("LOGTO_RESOURCE").unwrap_or_else(|| PRODUCTS.to_owned()),
                org: variable("LOGTO_ORG_RESOURCE").unwrap_or_else(|| ORG.to_owned()),
            },
            None => Tenant::Embedded {
                port: port("TENANT_PORT", 3001)?,
            },
        };
        let port = port("PORT", 3000)?;
        Ok(Self { port, tenant })
    }
}

/// Builds the [`Logto`] of the tenant at this endpoint, with both resources.
///
/// Guards name the second resource `resource = "org"`, so that the source does not depend on where
/// it is deployed.
///
/// # Errors
///
/// Returns an error if the endpoint or a resource is invalid.
pub fn logto(endpoint: &str, products: &str, org: &str) -> Result<Logto, ConfigError> {
    Logto::builder(endpoint)
        .resource(products)
        .named_resource("org", org)
        .build()
}

impl fmt::Display for SettingsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { variable, value } = self;
        write!(
            f,
            "{variable} is {value:?}; set it to a port, a number from 0 to 65535"
        )
    }
}

impl std::error::Error for SettingsError {}

/// Reads an environment variable. An empty one counts as unset.
fn variable(name: &str) -> Option<String> {
    let value = env::var_os(name)?.to_string_lossy().into_owned();
    (!value.is_empty()).then_some(value)
}

fn port(name: &'static str, default: u16) -> Result<u16, SettingsError> {
    let Some(value) = variable(name) else {
        return Ok(default);
    };
    value.parse().map_err(|_| SettingsError {
        variable: name,
        value,
    })
}
