//! How a [`Logto`] is put together.

mod build;
mod checks;
mod environment;

use std::{fmt, sync::Arc, time::Duration};

use axum::response::IntoResponse;

use super::{Logto, auth_info::AuthInfo, shared::DenyIf};
use crate::{
    answer::{Rejection, Render},
    clock::Clock,
    config::{ConfigError, without_credentials},
    jwks::KeyTimes,
    token::algorithm::{Algorithm, AlgorithmSet},
};

impl Logto {
    /// Starts a builder for the tenant at this endpoint, like `https://your-tenant.logto.app`.
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

    /// Builds from `LOGTO_ENDPOINT`, `LOGTO_RESOURCE` (comma separated; the first is the default),
    /// `LOGTO_ISSUER` and `LOGTO_JWKS_URI`. [`LogtoBuilder::from_env`] leaves room for further settings.
    ///
    /// # Errors
    ///
    /// A variable that is missing, or a value that makes no sense.
    pub fn from_env() -> Result<Self, ConfigError> {
        LogtoBuilder::from_env().build()
    }
}

/// Collects the settings of a [`Logto`]; made by [`Logto::builder`].
///
/// Every mistake is reported by [`build`](Self::build).
#[must_use = "call `.build()`"]
pub struct LogtoBuilder {
    endpoint: Result<String, ConfigError>,
    resources: Vec<(Option<String>, String)>,
    issuers: Vec<String>,
    jwks_uri: Option<String>,
    jwks_json: Option<String>,
    algorithms: AlgorithmSet,
    leeway: Duration,
    http_client: Option<reqwest::Client>,
    token_cache_bytes: usize,
    max_token_bytes: usize,
    key_times: KeyTimes,
    allow_insecure_http: bool,
    render: Option<Render>,
    deny_if: Vec<DenyIf>,
    announces_metadata: bool,
    clock: Option<Clock>,
}

impl LogtoBuilder {
    pub(crate) fn new(endpoint: Result<String, ConfigError>) -> Self {
        Self {
            endpoint,
            resources: Vec::new(),
            issuers: Vec::new(),
            jwks_uri: None,
            jwks_json: None,
            algorithms: Algorithm::ALL.into_iter().collect(),
            leeway: Duration::from_secs(60),
            http_client: None,
            token_cache_bytes: 32 * 1024 * 1024,
            max_token_bytes: 16 * 1024,
            key_times: KeyTimes {
                fresh_for: Duration::from_secs(5 * 60),
                usable_for: Duration::from_secs(24 * 60 * 60),
                unknown_key_cooldown: Duration::from_secs(10),
            },
            allow_insecure_http: false,
            render: None,
            deny_if: Vec::new(),
            announces_metadata: false,
            clock: None,
        }
    }

    /// Adds a resource: its indicator (RFC 8707 §2), in Logto's console the API identifier, byte
    /// for byte. The first one named is the default of guards that name none.
    pub fn resource(mut self, indicator: impl Into<String>) -> Self {
        self.resources.push((None, indicator.into()));
        self
    }

    /// Adds a resource under a name, which guards write as `resource = "name"`, so that one source
    /// serves staging and production. Names are `[a-z][a-z0-9_-]*`.
    pub fn named_resource(mut self, name: impl Into<String>, indicator: impl Into<String>) -> Self {
        self.resources.push((Some(name.into()), indicator.into()));
        self
    }

    /// Replaces the derived issuer, endpoint + `/oidc`. Call it again for each further one: a
    /// tenant with a custom domain issues under both.
    pub fn issuer(mut self, issuer: impl Into<String>) -> Self {
        self.issuers.push(issuer.into());
        self
    }

    /// Where the key set is. Default: endpoint + `/oidc/jwks`.
    pub fn jwks_uri(mut self, url: impl Into<String>) -> Self {
        self.jwks_uri = Some(url.into());
        self
    }

    /// A fixed key set (RFC 7517 §5): nothing is fetched, and a rotated key is never learned.
    pub fn jwks_json(mut self, document: impl Into<String>) -> Self {
        self.jwks_json = Some(document.into());
        self
    }

    /// The algorithms that tokens may be signed with. Default: [`Algorithm::ALL`].
    pub fn algorithms(mut self, algorithms: impl IntoIterator<Item = Algorithm>) -> Self {
        self.algorithms = algorithms.into_iter().collect();
        self
    }

    /// By how much the clocks may differ, in whole seconds. Default: 60 s.
    pub fn leeway(mut self, leeway: Duration) -> Self {
        self.leeway = leeway;
        self
    }

    /// The client that fetches the key set, for a proxy or a private CA. Redirects are refused and
    /// the limits hold whatever it is set to.
    pub fn http_client(mut self, client: reqwest::Client) -> Self {
        self.http_client = Some(client);
        self
    }

    /// How much memory verified tokens may take. Default: 32 MiB; 0 switches the cache off.
    pub fn token_cache_bytes(mut self, bytes: usize) -> Self {
        self.token_cache_bytes = bytes;
        self
    }

    /// The longest token that is looked at. Default: 16 KiB.
    pub fn max_token_bytes(mut self, bytes: usize) -> Self {
        self.max_token_bytes = bytes;
        self
    }

    /// For how long fetched keys are used without asking again. Default: 5 minutes.
    pub fn keys_fresh_for(mut self, duration: Duration) -> Self {
        self.key_times.fresh_for = duration;
        self
    }

    /// For how long keys serve while Logto can't be reached. Default: 24 hours; then 503.
    pub fn keys_usable_for(mut self, duration: Duration) -> Self {
        self.key_times.usable_for = duration;
        self
    }

    /// How often tokens with unknown keys may cause a fetch, after the first two. Default: 10 s.
    pub fn unknown_key_cooldown(mut self, duration: Duration) -> Self {
        self.key_times.unknown_key_cooldown = duration;
        self
    }

    /// Renders the body of refused requests. Status, challenge, `Retry-After` and `no-store` stay.
    ///
    /// ```
    /// # use logto_runtime::{Logto, Rejection};
    /// use axum::Json;
    ///
    /// let logto = Logto::builder("https://your-tenant.logto.app")
    ///     .resource("https://api.example.com")
    ///     .on_rejection(|rejection: &Rejection| {
    ///         Json(serde_json::json!({ "title": rejection.message() }))
    ///     })
    ///     .build()?;
    /// # Ok::<_, logto_runtime::ConfigError>(())
    /// ```
    pub fn on_rejection<R: IntoResponse>(
        mut self,
        render: impl Fn(&Rejection) -> R + Send + Sync + 'static,
    ) -> Self {
        self.render = Some(Arc::new(move |rejection| render(rejection).into_response()));
        self
    }

    /// Refuses callers of verified tokens with 401, asked on every request, cached or not: the
    /// place for a list of revoked subjects. Call it again to add another.
    pub fn deny_if(mut self, deny: impl Fn(&AuthInfo) -> bool + Send + Sync + 'static) -> Self {
        self.deny_if.push(Box::new(deny));
        self
    }

    /// Has challenges carry `resource_metadata="…"`, the address of the document that says where a
    /// token for the resource is to be had (RFC 9728 §5.1). Default: they do not.
    ///
    /// The address is below the resource indicator: serve the documents there, with
    /// [`Logto::protected_resource_metadata`]. Challenges of organization permissions carry none, since
    /// their tokens are for no resource.
    pub fn announce_resource_metadata(mut self) -> Self {
        self.announces_metadata = true;
        self
    }

    /// Lets endpoint and key set be plain `http` beyond loopback. Whoever can touch such a
    /// connection can plant keys and sign tokens: for trusted networks only.
    pub fn allow_insecure_http(mut self) -> Self {
        self.allow_insecure_http = true;
        self
    }

    /// What time it is: for tests of expiry, and for recorded tokens. Drives durations too.
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
            .field(
                "endpoint",
                &self.endpoint.as_deref().map(without_credentials),
            )
            .field(
                "resources",
                &self
                    .resources
                    .iter()
                    .map(|(_, indicator)| without_credentials(indicator))
                    .collect::<Vec<_>>(),
            )
            .finish_non_exhaustive()
    }
}
