//! [`ConfigError`], the error for invalid settings.

use std::fmt;

/// Why a setting was rejected. [`LogtoBuilder::build`](crate::LogtoBuilder::build) returns this error. Other
/// functions that check settings, such as [`Logto::any_of`](crate::Logto::any_of), return it, too.
///
/// Each message says what is wrong, and how to mend it.
///
/// Where `https` is required below, `http` is accepted in two cases: the host is a loopback host, or
/// [`allow_insecure_http`](crate::LogtoBuilder::allow_insecure_http) was called.
#[derive(Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ConfigError {
    /// The environment variable `LOGTO_ENDPOINT` is not set or is blank.
    #[error("the environment variable {name} is not set; example: {name}={example}")]
    MissingVariable {
        /// The name of the variable.
        name: &'static str,
        /// An example of a valid value.
        example: &'static str,
    },
    /// The value of an environment variable is not UTF-8.
    #[error("the value of the environment variable {name} is not UTF-8; set it to plain text")]
    VariableNotUtf8 {
        /// The name of the variable.
        name: &'static str,
    },
    /// The endpoint is not an absolute `https` URL, or has credentials, a query or a fragment.
    #[error("the endpoint {value:?} {problem}; write it like `https://your-tenant.logto.app`")]
    Endpoint {
        /// The endpoint as given, with credentials redacted.
        value: String,
        /// What is wrong with it.
        problem: &'static str,
    },
    /// An issuer is not an absolute `https` URL, or has credentials or a fragment.
    #[error(
        "the issuer {value:?} {problem}; write the endpoint followed by `/oidc`, without a slash \
         at the end"
    )]
    Issuer {
        /// The issuer as given, with credentials and the query redacted.
        value: String,
        /// What is wrong with it.
        problem: &'static str,
    },
    /// The URL of the key set is not an absolute `https` URL, or has credentials or a fragment.
    #[error(
        "the jwks_uri {value:?} {problem}; write it like `https://your-tenant.logto.app/oidc/jwks`"
    )]
    JwksUri {
        /// The URL as given, with credentials and the query redacted.
        value: String,
        /// What is wrong with it.
        problem: &'static str,
    },
    /// The document given to [`jwks_json`](crate::LogtoBuilder::jwks_json) is not a usable key set.
    #[error(
        "the document given to jwks_json is not a usable key set: {reason}; copy the JSON that \
         Logto serves at `/oidc/jwks`"
    )]
    JwksJson {
        /// What is wrong with it.
        reason: String,
    },
    /// A resource indicator is not valid (RFC 8707 §2), for one of these reasons:
    ///
    /// - It is not an absolute URI, or is a URL without its scheme or its host.
    /// - It has a fragment.
    /// - Logto reserves it.
    #[error(
        "the resource {value:?} {problem}; write the API identifier of the Logto console, like \
         `https://api.example.com`"
    )]
    Resource {
        /// The indicator as given, with credentials and the query redacted.
        value: String,
        /// What is wrong with it.
        problem: &'static str,
    },
    /// The name of a resource does not match `[a-z][a-z0-9_-]*`, or is used for two indicators.
    #[error("the resource name {name:?} {problem}")]
    ResourceName {
        /// The name as given.
        name: String,
        /// What is wrong with it, and the fix.
        problem: &'static str,
    },
    /// The name or the id of a client is not valid. A name must match `[a-z][a-z0-9_-]*`, must not look like
    /// an id, and must not be used for two ids. An id must not be empty, and must not contain white space or
    /// control characters.
    #[error("the client name {name:?} {problem}")]
    ClientName {
        /// The name as given.
        name: String,
        /// What is wrong with it, and the fix.
        problem: &'static str,
    },
    /// The builder has no resource.
    #[error(
        "no resource is given, so no token could have the right audience; add \
         `.resource(\"https://api.example.com\")` (or set LOGTO_RESOURCE, which `from_env` reads)"
    )]
    NoResource,
    /// A setting has an invalid value, or contradicts another setting.
    #[error("{setting} is {value}: {problem}")]
    Setting {
        /// The method or the type that got the value, such as `leeway`.
        setting: &'static str,
        /// The value as given, or a description of it.
        value: String,
        /// What is wrong with it, and the fix.
        problem: &'static str,
    },
}

/// Prints the same as [`Display`](fmt::Display), so a `main` that returns the error prints a readable
/// message.
impl fmt::Debug for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}
