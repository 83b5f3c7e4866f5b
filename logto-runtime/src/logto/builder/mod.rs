//! Builds a [`Logto`] from settings.
//!
//! - The settings come from method calls or from environment variables.
//! - Methods accept any value. [`build`](LogtoBuilder::build) checks all values. A [`ConfigError`] says what
//!   is wrong and how to fix it.
//! - Building does not perform any I/O.
//!
//! The files:
//!
//! - `defaults.rs`: the defaults.
//! - `keys.rs`: the methods about keys.
//! - `tokens.rs`: the methods about tokens.
//! - `deny.rs`: the methods about denied callers.
//! - `on_rejection.rs`: the method about the body of rejections.
//! - this file: the fields and all other methods.
//! - `environment/`: reads the settings from environment variables.
//! - `checks.rs`: checks the settings.
//! - `build.rs`: builds a [`Logto`] from the settings.

mod build;
mod checks;
mod defaults;
mod deny;
mod environment;
mod keys;
mod on_rejection;
mod tokens;

use std::{fmt, time::Duration};

use super::{Logto, deny_async::DenyTimes, deny_functions::DenyIfAsync, shared::DenyIf};
#[cfg(feature = "revocation")]
use crate::revocation::Revocations;
use crate::{
    answer::Render,
    clock::Clock,
    config::{ConfigError, without_query},
    jwks::KeyTimes,
    token::{algorithm::AlgorithmSet, source::TokenSource},
};

impl Logto {
    /// Returns a builder for the tenant at this endpoint, such as `https://your-tenant.logto.app`.
    ///
    /// ```
    /// use logto_runtime::Logto;
    ///
    /// let logto = Logto::builder("https://your-tenant.logto.app")
    ///     .resource("https://api.example.com")
    ///     .build()?;
    /// # Ok::<_, logto_runtime::ConfigError>(())
    /// ```
    pub fn builder(endpoint: impl Into<String>) -> LogtoBuilder {
        LogtoBuilder::new(Ok(endpoint.into()))
    }

    /// Builds a `Logto` from environment variables: `LOGTO_ENDPOINT`, `LOGTO_RESOURCE`, `LOGTO_ISSUER` and
    /// `LOGTO_JWKS_URI`.
    ///
    /// `LOGTO_RESOURCE` and `LOGTO_ISSUER` are comma-separated lists. The first resource is the default.
    /// Resources can have names: `LOGTO_RESOURCE=products=https://…,org=https://…`. To add further settings,
    /// start with [`LogtoBuilder::from_env`] instead.
    ///
    /// # Errors
    ///
    /// Fails if `LOGTO_ENDPOINT` or `LOGTO_RESOURCE` is missing, or if a value is invalid or not UTF-8.
    pub fn from_env() -> Result<Self, ConfigError> {
        LogtoBuilder::from_env().build()
    }
}

/// The settings of a [`Logto`]. Created by [`Logto::builder`] or [`LogtoBuilder::from_env`].
///
/// Methods accept any value; [`build`](Self::build) reports mistakes.
#[must_use = "call `.build()`"]
pub struct LogtoBuilder {
    endpoint: Result<String, ConfigError>,
    resources: Vec<(Option<String>, String)>,
    clients: Vec<(String, String)>,
    issuers: Vec<String>,
    jwks_uri: Option<String>,
    jwks_json: Option<String>,
    algorithms: AlgorithmSet,
    leeway: Duration,
    http_client: Option<reqwest::Client>,
    token_cache_bytes: usize,
    max_token_bytes: usize,
    token_sources: Vec<TokenSource>,
    key_times: KeyTimes,
    allow_insecure_http: bool,
    render: Option<Render>,
    deny_if: Vec<DenyIf>,
    deny_if_async: Vec<DenyIfAsync>,
    deny_times: DenyTimes,
    announces_metadata: bool,
    #[cfg(feature = "revocation")]
    revocations: Vec<Revocations>,
    clock: Option<Clock>,
}

impl LogtoBuilder {
    /// Adds a resource by its indicator (RFC 8707 §2). The indicator must equal the API identifier in Logto's
    /// console, byte for byte. The first resource is the default for guards that do not name a resource.
    pub fn resource(mut self, indicator: impl Into<String>) -> Self {
        self.resources.push((None, indicator.into()));
        self
    }

    /// Adds a resource under a name. Guards write it as `resource = "name"`, so that the same source works
    /// for staging and production. A name must match `[a-z][a-z0-9_-]*`.
    pub fn named_resource(mut self, name: impl Into<String>, indicator: impl Into<String>) -> Self {
        self.resources.push((Some(name.into()), indicator.into()));
        self
    }

    /// Adds a client application under a name. Guards write it as `client = "name"`, so that the same source
    /// works for staging and production.
    ///
    /// A name must match `[a-z][a-z0-9_-]*`, and must not have the form of an App ID (21 lower-case letters
    /// and digits). The id must equal the App ID in Logto's console, byte for byte.
    ///
    /// ```
    /// use logto_runtime::{Logto, require_auth};
    ///
    /// #[require_auth(client = "my-spa")]
    /// async fn settings_of_the_app() {}
    /// # let _: axum::Router<logto_runtime::Logto> =
    /// #     axum::Router::new().route("/", axum::routing::get(settings_of_the_app));
    ///
    /// let logto = Logto::builder("https://your-tenant.logto.app")
    ///     .resource("https://api.example.com")
    ///     .named_client("my-spa", "qk3vfhyo0vxsnmu2jqgbd")
    ///     .build()?;
    /// # Ok::<_, logto_runtime::ConfigError>(())
    /// ```
    pub fn named_client(mut self, name: impl Into<String>, id: impl Into<String>) -> Self {
        self.clients.push((name.into(), id.into()));
        self
    }

    /// Replaces the default issuer, which is endpoint + `/oidc`. Call this method once for each issuer. A
    /// tenant with a custom domain has two issuers, one under each domain.
    pub fn issuer(mut self, issuer: impl Into<String>) -> Self {
        self.issuers.push(issuer.into());
        self
    }

    /// Refuses the tokens that this list revokes. The list is asked on every request, even if the token is
    /// cached. The list must be for the same endpoint as this builder.
    ///
    /// Also refuses every token that is older than
    /// [`max_token_lifetime`](crate::RevocationsBuilder::max_token_lifetime) plus 10 minutes. The list may
    /// have forgotten the revocation of such a token.
    ///
    /// [`build`](Self::build) fails if the builder has two different lists. It logs an error if the builder
    /// has no list, but this process has started a list for the endpoint. [`warm_up`](Logto::warm_up) looks
    /// for such a list again. It also logs an error about a list that has no log and that no `Logto` has.
    #[cfg(feature = "revocation")]
    #[cfg_attr(docsrs, doc(cfg(feature = "revocation")))]
    pub fn revocations(mut self, revocations: &Revocations) -> Self {
        self.revocations.push(revocations.clone());
        self
    }

    /// Adds `resource_metadata="…"` to challenges (RFC 9728 §5.1). The value is the URL of a document that
    /// says where clients get a token for the resource. Default: not added.
    ///
    /// The URL has the origin and the path of the resource indicator, with
    /// `/.well-known/oauth-protected-resource` between the two. Serve the documents there, with
    /// [`Logto::protected_resource_metadata`].
    ///
    /// A challenge does not have the URL in four cases:
    ///
    /// - The resource does not have a document.
    /// - The route asks only for organization permissions. Tokens for such a route are not for a resource.
    /// - The token is an organization token, and the rejection does not come from a guard.
    /// - The application made the rejection without [`for_caller`](crate::Rejection::for_caller), and has not
    ///   called [`install_global`](Logto::install_global).
    pub fn announce_resource_metadata(mut self) -> Self {
        self.announces_metadata = true;
        self
    }

    /// Allows plain `http` on hosts other than loopback. This applies to the endpoint, the issuers, the URL
    /// of the key set, and the origins listed for a cookie.
    ///
    /// Use this in trusted networks only. Anyone who can change a connection to Logto can insert keys and
    /// sign tokens.
    ///
    /// The default HTTP client then uses the proxies of the environment (`HTTP_PROXY`, `ALL_PROXY`,
    /// `NO_PROXY`) for plain `http`, even for requests to loopback.
    pub fn allow_insecure_http(mut self) -> Self {
        self.allow_insecure_http = true;
        self
    }

    /// Sets the clock, for tests of expiry and for recorded tokens. The ages of keys and of remembered
    /// answers are measured with this clock, too. Timeouts are not.
    #[cfg(feature = "test-util")]
    #[cfg_attr(docsrs, doc(cfg(feature = "test-util")))]
    pub fn clock(
        mut self,
        now: impl Fn() -> std::time::SystemTime + Send + Sync + 'static,
    ) -> Self {
        self.clock = Some(Clock::driven_by(now));
        self
    }
}

impl fmt::Debug for LogtoBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LogtoBuilder")
            .field("endpoint", &self.endpoint.as_deref().map(without_query))
            .field(
                "resources",
                &self
                    .resources
                    .iter()
                    .map(|(_, indicator)| without_query(indicator))
                    .collect::<Vec<_>>(),
            )
            .finish_non_exhaustive()
    }
}
