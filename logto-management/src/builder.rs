//! [`ManagementBuilder`]: the settings of a client, and the errors of wrong settings.

use std::{fmt, sync::Arc, time::Duration};

use url::Url;

use crate::{
    client::Management,
    credentials::Credentials,
    endpoint::{checked, default_resource, shown},
    exchange::{Exchange, OnWait, Wait},
    http_client,
};

/// Builds a [`Management`] client.
#[derive(Clone)]
#[must_use = "a builder does nothing until `build`"]
pub struct ManagementBuilder {
    endpoint: String,
    credentials: Credentials,
    resource: Option<String>,
    patience: Duration,
    on_wait: Option<OnWait>,
}

/// A setting is missing or wrong, or the HTTP client can't be set up.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ConfigError {
    /// An environment variable is missing or empty.
    #[error("{variable} is not set; {advice}")]
    Missing {
        /// The name of the variable.
        variable: &'static str,
        /// What to set it to.
        advice: &'static str,
    },
    /// The value of an environment variable is not UTF-8.
    #[error("{variable} is not UTF-8; set it to a text in UTF-8")]
    NotUtf8 {
        /// The name of the variable.
        variable: &'static str,
    },
    /// The endpoint is not a URL that credentials may be sent to.
    #[error("the endpoint `{value}` {problem}; write one such as `https://your-tenant.logto.app`")]
    Endpoint {
        /// The endpoint, without credentials.
        value: String,
        /// What is wrong with it.
        problem: &'static str,
    },
    /// The HTTP client could not be set up.
    #[error("can't set up the HTTP client")]
    HttpClient,
}

impl Management {
    /// Returns a builder for a client of a tenant. `endpoint` is the URL of the tenant, without `/oidc` and
    /// `/api`.
    pub fn builder(endpoint: impl Into<String>, credentials: Credentials) -> ManagementBuilder {
        ManagementBuilder {
            endpoint: endpoint.into(),
            credentials,
            resource: None,
            patience: Duration::from_secs(60),
            on_wait: None,
        }
    }
}

impl ManagementBuilder {
    /// Sets the resource indicator of the Management API.
    ///
    /// The default is `https://<tenant>.logto.app/api` for an endpoint `https://<tenant>.logto.app`, and
    /// `https://default.logto.app/api` for other endpoints. For a custom domain on Logto Cloud, set the
    /// indicator, because the endpoint does not show the tenant.
    pub fn resource(mut self, indicator: impl Into<String>) -> Self {
        self.resource = Some(indicator.into());
        self
    }

    /// Sets how long one request can wait in total while the tenant answers 429 or 5xx. The default is one
    /// minute.
    ///
    /// If the next wait would exceed this total, the call fails at once with
    /// [`Error::Busy`](crate::Error::Busy). A long `Retry-After` of the tenant can cause this.
    /// A request obeys `Retry-After: 0` at most three times. After that, it waits as if the response had no
    /// `Retry-After`.
    ///
    /// A call has up to three requests, and each of them can wait for this time. If the API refuses the token
    /// of an earlier call, the client requests a new token, and then sends the first request again. A list in
    /// pages has up to three requests for each page.
    ///
    /// A request of a `Reconciler` waits for at most one minute, even if a longer time is set here.
    pub fn patience(mut self, patience: Duration) -> Self {
        self.patience = patience;
        self
    }

    /// Calls `on_wait` before each wait for a busy tenant.
    pub fn on_wait(mut self, on_wait: impl Fn(Wait) + Send + Sync + 'static) -> Self {
        self.on_wait = Some(Arc::new(on_wait));
        self
    }

    /// Builds the client. Sends nothing yet.
    ///
    /// # Errors
    ///
    /// Returns an error if the endpoint is wrong, or if the HTTP client can't be set up. The endpoint must be
    /// an `https` URL, or an `http` URL of a loopback host. It must not have credentials, a query or a
    /// fragment, and must not end with `/oidc` or `/api`.
    pub fn build(self) -> Result<Management, ConfigError> {
        let (endpoint, url) = safe_endpoint(&self.endpoint)?;
        let http = http_client::settings(&url).build();
        let http = http.map_err(|_| ConfigError::HttpClient)?;
        let resource = self.resource.unwrap_or_else(|| default_resource(&url));
        let exchange = Exchange::new(http, self.patience, self.on_wait);
        Ok(Management::new(
            exchange,
            endpoint,
            resource,
            self.credentials,
        ))
    }
}

/// Returns the endpoint as text and as a URL, or an error if credentials must not be sent to it.
pub(crate) fn safe_endpoint(endpoint: &str) -> Result<(String, Url), ConfigError> {
    checked(endpoint).map_err(|problem| ConfigError::Endpoint {
        value: shown(endpoint),
        problem,
    })
}

impl fmt::Debug for ManagementBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ManagementBuilder")
            .field("endpoint", &shown(&self.endpoint))
            .field("credentials", &self.credentials)
            .field("resource", &self.resource)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::endpoint::SELF_HOSTED;

    #[test]
    fn credentials_are_sent_only_over_https_or_to_loopback() {
        for (endpoint, problem) in [
            ("https://t.logto.app/", None),
            ("https://auth.example.com/tenant", None),
            ("http://localhost:3001", None),
            ("http://127.0.0.1:3001", None),
            ("http://[::1]:3001", None),
            (
                "http://t.logto.app",
                Some("would send the secret unencrypted"),
            ),
            (
                "http://127.0.0.1.example.com",
                Some("would send the secret unencrypted"),
            ),
            ("ftp://t.logto.app", Some("is not an `https` URL")),
            ("t.logto.app", Some("is not a URL")),
            ("", Some("is not a URL")),
            (" https://t.logto.app\n", None),
            ("https://u:p@t.logto.app", Some("contains credentials")),
            ("https://t.logto.app?a", Some("has a query or a fragment")),
            ("https://t.logto.app#a", Some("has a query or a fragment")),
            (
                "https://t.logto.app/oidc",
                Some("ends with a path of Logto's own"),
            ),
            (
                "https://t.logto.app/api/",
                Some("ends with a path of Logto's own"),
            ),
            (
                "https://t.logto.app/oidc/ \n",
                Some("ends with a path of Logto's own"),
            ),
        ] {
            let built = Management::builder(endpoint, Credentials::new("a", "s")).build();
            let found = match &built {
                Ok(_) => None,
                Err(ConfigError::Endpoint { value, problem }) => {
                    assert!(!value.contains("u:p"), "{value}");
                    Some(*problem)
                }
                Err(other) => panic!("{endpoint}: {other}"),
            };
            assert_eq!(found, problem, "{endpoint}");
        }
    }

    #[test]
    fn without_a_setting_the_resource_is_derived_from_the_endpoint() {
        for (endpoint, resource) in [
            ("https://t.logto.app", "https://t.logto.app/api"),
            ("https://auth.example.com", SELF_HOSTED),
            ("http://localhost:3001", SELF_HOSTED),
            ("https://logto.app.example.com", SELF_HOSTED),
        ] {
            let builder = Management::builder(endpoint, Credentials::new("a", "s"));
            assert_eq!(builder.clone().build().unwrap().resource(), resource);
            let set = builder.resource("https://x.logto.app/api").build().unwrap();
            assert_eq!(set.resource(), "https://x.logto.app/api");
        }
    }
}
