//! Reads settings from environment variables.
//!
//! In: `LOGTO_ENDPOINT` (required), `LOGTO_RESOURCE`, `LOGTO_ISSUER` and `LOGTO_JWKS_URI`. Out: a
//! [`LogtoBuilder`] with these settings.
//!
//! - White space around values is removed. A blank value counts as not set.
//! - Resources and issuers are separated by commas. Blank entries are skipped.
//! - A resource can have a name: `name=indicator`.
//! - A missing endpoint is an error.
//! - A value that is not UTF-8 is an error. A default in its place could make the builder trust the wrong
//!   tenant.
//! - Nothing else is checked here. [`build`](LogtoBuilder::build) returns these two errors, and checks the
//!   rest.
//!
//! `tests.rs` passes variables as arguments, so that tests do not change the environment.

use std::ffi::OsString;

use super::LogtoBuilder;
use crate::config::ConfigError;

impl LogtoBuilder {
    /// Returns a builder with the settings from four environment variables:
    ///
    /// - `LOGTO_ENDPOINT` must be set.
    /// - `LOGTO_RESOURCE` is a comma-separated list. Its first resource is the default.
    /// - `LOGTO_ISSUER` is a comma-separated list.
    /// - `LOGTO_JWKS_URI` is one URL.
    ///
    /// A resource can have a name, as with [`named_resource`](Self::named_resource):
    /// `LOGTO_RESOURCE=products=https://api.example.com/products,org=https://api.example.com/org`.
    pub fn from_env() -> Self {
        Self::from_variables(|name| std::env::var_os(name))
    }

    pub(crate) fn from_variables(variable: impl Fn(&str) -> Option<OsString>) -> Self {
        match Variables::read(variable) {
            Ok(variables) => variables.into_builder(),
            Err(error) => Self::new(Err(error)),
        }
    }
}

/// The values of the variables that are set.
struct Variables {
    endpoint: Option<String>,
    resources: Option<String>,
    issuers: Option<String>,
    jwks_uri: Option<String>,
}

impl Variables {
    fn read(variable: impl Fn(&str) -> Option<OsString>) -> Result<Self, ConfigError> {
        let read = |name: &'static str| match variable(name).map(OsString::into_string) {
            Some(Ok(value)) => Ok(Some(value.trim().to_owned()).filter(|it| !it.is_empty())),
            Some(Err(_)) => Err(ConfigError::VariableNotUtf8 { name }),
            None => Ok(None),
        };
        Ok(Self {
            endpoint: read("LOGTO_ENDPOINT")?,
            resources: read("LOGTO_RESOURCE")?,
            issuers: read("LOGTO_ISSUER")?,
            jwks_uri: read("LOGTO_JWKS_URI")?,
        })
    }

    fn into_builder(self) -> LogtoBuilder {
        let mut builder = LogtoBuilder::new(self.endpoint.ok_or(ConfigError::MissingVariable {
            name: "LOGTO_ENDPOINT",
            example: "https://your-tenant.logto.app",
        }));
        for resource in entries(self.resources.as_deref()) {
            builder = match named(resource) {
                Some((name, indicator)) => builder.named_resource(name, indicator),
                None => builder.resource(resource),
            };
        }
        for issuer in entries(self.issuers.as_deref()) {
            builder = builder.issuer(issuer);
        }
        match self.jwks_uri {
            Some(uri) => builder.jwks_uri(uri),
            None => builder,
        }
    }
}

/// Returns the entries of a comma-separated list.
fn entries(list: Option<&str>) -> impl Iterator<Item = &str> {
    let entries = list.unwrap_or_default().split(',').map(str::trim);
    entries.filter(|entry| !entry.is_empty())
}

/// Splits `name=indicator`. Returns `None` for an indicator without a name, even if the indicator contains
/// `=`. An indicator begins with a scheme, so a colon comes before its `=`.
fn named(resource: &str) -> Option<(&str, &str)> {
    let (name, indicator) = resource.split_once('=')?;
    (!name.contains(':')).then_some((name.trim(), indicator.trim()))
}

#[cfg(test)]
mod tests;
