//! What a builder was told, checked: every mistake is found here, before any request.

use std::fmt;

use url::{Host, Url};

/// Why [`LogtoBuilder::build`](crate::LogtoBuilder::build) refuses. Each error shows the value and the fix.
#[derive(Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ConfigError {
    /// `LOGTO_ENDPOINT` is not set.
    #[error("the environment variable {name} is not set; example: {name}={example}")]
    MissingVariable {
        /// The variable.
        name: &'static str,
        /// What it could be.
        example: &'static str,
    },
    /// The endpoint is no absolute `https` URL.
    #[error("the endpoint {value:?} {problem}; write it like `https://your-tenant.logto.app`")]
    Endpoint {
        /// The endpoint as given, without its password.
        value: String,
        /// What is wrong with it.
        problem: &'static str,
    },
    /// An issuer that no Logto server has.
    #[error(
        "the issuer {value:?} {problem}; it is the endpoint and `/oidc`, without a slash after"
    )]
    Issuer {
        /// The issuer as given.
        value: String,
        /// What is wrong with it.
        problem: &'static str,
    },
    /// The URL of the key set can't be fetched from.
    #[error(
        "the jwks_uri {value:?} {problem}; write it like `https://your-tenant.logto.app/oidc/jwks`"
    )]
    JwksUri {
        /// The URL as given.
        value: String,
        /// What is wrong with it.
        problem: &'static str,
    },
    /// The fixed key set can't be used.
    #[error("the document given to jwks_json is no key set: {reason}")]
    JwksJson {
        /// What is wrong with it.
        reason: String,
    },
    /// A resource indicator that RFC 8707 §2 does not allow, or that is not for APIs.
    #[error(
        "the resource {value:?} {problem}; write the API identifier of the Logto console, like \
         `https://api.example.com`"
    )]
    Resource {
        /// The indicator as given.
        value: String,
        /// What is wrong with it.
        problem: &'static str,
    },
    /// The name of a resource is not `[a-z][a-z0-9_-]*`, or has two indicators.
    #[error("the resource name {name:?} {problem}")]
    ResourceName {
        /// The name as given.
        name: String,
        /// What is wrong with it.
        problem: &'static str,
    },
    /// There is no resource at all.
    #[error(
        "no resource is given, so no token could have the right audience; add \
         `.resource(\"https://api.example.com\")` (or set LOGTO_RESOURCE)"
    )]
    NoResource,
    /// A setting that would make no sense.
    #[error("{setting} is {value}: {problem}")]
    Setting {
        /// The builder's method.
        setting: &'static str,
        /// The value as given.
        value: String,
        /// What is wrong with it, and what to do.
        problem: &'static str,
    },
    /// The HTTP client could not be set up.
    #[error("can't set up an HTTP client: {reason}; bring one with `.http_client(…)`")]
    HttpClient {
        /// What the client says.
        reason: String,
    },
}

/// As [`Display`](fmt::Display): it is what a `main` prints that returns it.
impl fmt::Debug for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// Parses a URL that this crate will call; the error says what is wrong with it.
pub(crate) fn callable_url(text: &str, allow_insecure_http: bool) -> Result<Url, &'static str> {
    if text.trim().is_empty() {
        return Err("is empty");
    }
    // The parser forgives what the issuer in a token would not: it is compared as text.
    if text.contains(|c: char| c.is_whitespace() || c.is_control()) {
        return Err("contains white space");
    }
    let url = Url::parse(text).map_err(|_| "is no absolute URL")?;
    match url.scheme() {
        "https" => {}
        "http" if allow_insecure_http || is_loopback(&url) => {}
        "http" => {
            return Err(
                "is plain http, over which anyone on the way can plant keys (call \
                        `.allow_insecure_http()` only inside a trusted network)",
            );
        }
        _ => return Err("is no http(s) URL"),
    }
    let after_scheme = text.get(url.scheme().len()..).unwrap_or_default();
    if !after_scheme.starts_with("://") || after_scheme.starts_with(":///") {
        return Err("is no absolute URL");
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err("contains credentials");
    }
    if url.fragment().is_some() {
        return Err("has a fragment");
    }
    Ok(url)
}

/// By parsed host, so that `http://localhost.evil.example` is none.
fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        Some(Host::Domain(name)) => name == "localhost",
        None => false,
    }
}

/// A URL fit for an error message: its credentials are not, be it ever so misspelt, so whatever may
/// be some is left out.
pub(crate) fn without_credentials(text: &str) -> String {
    let Some((before, after)) = text.rsplit_once('@') else {
        return text.to_owned();
    };
    let of_a_scheme = |c: char| c.is_ascii_alphanumeric() || "+-.".contains(c);
    let scheme = before
        .find("://")
        .filter(|end| before[..*end].chars().all(of_a_scheme))
        .map_or("", |end| &before[..end + 3]);
    format!("{scheme}redacted@{after}")
}
