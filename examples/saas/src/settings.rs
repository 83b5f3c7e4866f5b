//! What the environment says; what it leaves open has a default.

use std::{env, fmt};

use logto_runtime::{ConfigError, Logto};

use crate::tenant::{ORG, PRODUCTS};

/// Where the API listens, and whose tokens it accepts.
#[derive(Debug)]
pub struct Settings {
    /// `PORT`, by default 3000.
    pub port: u16,
    /// The tenant.
    pub tenant: Tenant,
}

/// Whose tokens the API accepts.
#[derive(Debug)]
pub enum Tenant {
    /// Those of a tenant in this process.
    Embedded {
        /// `TENANT_PORT`, by default 3001.
        port: u16,
    },
    /// Those of a Logto server.
    Remote {
        /// `LOGTO_ENDPOINT`
        endpoint: String,
        /// `LOGTO_RESOURCE`, by default [`PRODUCTS`].
        products: String,
        /// `LOGTO_ORG_RESOURCE`, by default [`ORG`].
        org: String,
    },
}

/// A variable that says nothing sensible.
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
    /// When a port is no number from 0 to 65535.
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

/// The handle of the tenant at this endpoint, which knows both resources. Guards write the second
/// one as `resource = "org"`, so that the source does not say where it is deployed.
///
/// # Errors
///
/// When the endpoint or a resource is nonsense.
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

/// An empty variable counts as unset.
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
