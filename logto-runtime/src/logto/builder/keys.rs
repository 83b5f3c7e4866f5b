//! The settings about keys: where they come from, which algorithms they may have, for how long they are used,
//! and how often unknown keys may cause a fetch.

use std::time::Duration;

use super::LogtoBuilder;
use crate::token::algorithm::Algorithm;

impl LogtoBuilder {
    /// Sets the URL of the key set. Default: endpoint + `/oidc/jwks`.
    pub fn jwks_uri(mut self, url: impl Into<String>) -> Self {
        self.jwks_uri = Some(url.into());
        self
    }

    /// Sets a fixed key set (RFC 7517 §5). Key sets are not fetched, so a rotated key is never learned.
    pub fn jwks_json(mut self, document: impl Into<String>) -> Self {
        self.jwks_json = Some(document.into());
        self
    }

    /// Sets the algorithms that tokens may be signed with. Default: [`Algorithm::ALL`].
    pub fn algorithms(mut self, algorithms: impl IntoIterator<Item = Algorithm>) -> Self {
        self.algorithms = algorithms.into_iter().collect();
        self
    }

    /// Sets the HTTP client that fetches the key set and the discovery document, for example one
    /// that trusts a private CA or presents a certificate of its own.
    ///
    /// Default: two clients. The one for `https` uses the proxies of the environment (`HTTPS_PROXY`,
    /// `ALL_PROXY`, `NO_PROXY`), and trusts the CAs of the operating system, or (on Linux) those in
    /// `SSL_CERT_FILE` and `SSL_CERT_DIR`. The one for plain `http` to this machine never uses a proxy,
    /// unless [`allow_insecure_http`](Self::allow_insecure_http) is called.
    ///
    /// Your client is used as it is. With any client, redirects are rejected, and the time and size of a
    /// fetch are limited. Two things depend on your client:
    ///
    /// - Whoever answers its requests decides which tokens are valid. So if the endpoint is plain
    ///   `http` on this machine, call `.no_proxy()`. Otherwise `reqwest` sends the requests through
    ///   the proxy in `HTTP_PROXY`, which can answer with keys of its own.
    /// - Call `.pool_max_idle_per_host(0)`. A connection belongs to the runtime that opened it, and
    ///   fails if it is used again after that runtime has ended.
    ///
    /// The type is that of `reqwest` 0.13, which this crate re-exports:
    ///
    /// ```
    /// use logto_runtime::{Logto, reqwest};
    ///
    /// # fn example(pem: &[u8]) -> Result<(), Box<dyn std::error::Error>> {
    /// let client = reqwest::Client::builder()
    ///     .tls_certs_merge([reqwest::Certificate::from_pem(pem)?])
    ///     .pool_max_idle_per_host(0)
    ///     .build()?;
    /// let logto = Logto::builder("https://logto.internal.example.com")
    ///     .resource("https://api.example.com")
    ///     .http_client(client)
    ///     .build()?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn http_client(mut self, client: reqwest::Client) -> Self {
        self.http_client = Some(client);
        self
    }

    /// Sets how long fetched keys are used without a refresh. Default: 5 minutes.
    pub fn keys_fresh_for(mut self, duration: Duration) -> Self {
        self.key_times.fresh_for = duration;
        self
    }

    /// Sets how long keys are used while Logto can't be reached. After that, requests are answered
    /// with 503. Default: 24 hours.
    pub fn keys_usable_for(mut self, duration: Duration) -> Self {
        self.key_times.usable_for = duration;
        self
    }

    /// Limits how often tokens with unknown keys may cause a fetch of the key set: twice in a row, then once in
    /// each `duration`. After twice this time without such a fetch, two in a row are possible again. Default:
    /// 10 s.
    ///
    /// If the key of such a token has left the set, or if the token was issued before the last successful
    /// fetch, another limit counts: at most one fetch in each `duration`, from the first fetch on.
    pub fn unknown_key_cooldown(mut self, duration: Duration) -> Self {
        self.key_times.unknown_key_cooldown = duration;
        self
    }
}
