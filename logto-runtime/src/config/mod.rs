//! Checks the settings of a [`LogtoBuilder`](crate::LogtoBuilder).
//!
//! [`LogtoBuilder::build`](crate::LogtoBuilder::build) checks the settings before the first request, and
//! returns the first error.
//!
//! - `error`: [`ConfigError`], the error for invalid settings
//! - `resources`: the resources of a service, their names, and the default resource
//! - `resource_indicator`: the checks of resource indicators
//! - `urls`: the checks of URLs, and the URLs that are derived from the endpoint

mod error;
mod resource_indicator;
mod resources;
mod urls;

pub use self::error::ConfigError;
pub(crate) use self::{
    resources::Resources,
    urls::{callable_url, is_loopback, issuer_at, jwks_uri_at, without_credentials, without_query},
};
