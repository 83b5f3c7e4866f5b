//! Settings about keys: their source, algorithms, HTTP client and lifetimes, and the limit on fetches for
//! unknown keys.

use std::time::Duration;

use super::LogtoBuilder;
use crate::token::algorithm::Algorithm;

impl LogtoBuilder {
    /// Sets the URL of the key set. Default: endpoint + `/oidc/jwks`.
    pub fn jwks_uri(mut self, url: impl Into<String>) -> Self {
        self.jwks_uri = Some(url.into());
        self
    }

    /// Sets a fixed key set (RFC 7517 §5). It is never fetched, so tokens with a newer key are rejected.
    pub fn jwks_json(mut self, document: impl Into<String>) -> Self {
        self.jwks_json = Some(document.into());
        self
    }

    /// Sets the algorithms that tokens may be signed with. Default: [`Algorithm::ALL`].
    pub fn algorithms(mut self, algorithms: impl IntoIterator<Item = Algorithm>) -> Self {
        self.algorithms = algorithms.into_iter().collect();
        self
    }

    /// Sets the HTTP client that fetches the key set and the discovery document. Use it, for example, to
    /// trust a private CA or to send a client certificate.
    ///
    /// By default, there are two clients:
    ///
    /// - The client for `https` uses the proxies of the environment (`HTTPS_PROXY`, `ALL_PROXY`, `NO_PROXY`).
    ///   It trusts the CAs of the operating system. On Linux, `SSL_CERT_FILE` and `SSL_CERT_DIR` can replace
    ///   these CAs.
    /// - The client for plain `http` connects only to this machine, and does not use a proxy. After
    ///   [`allow_insecure_http`](Self::allow_insecure_http), it connects to any host, and uses the proxies of
    ///   the environment.
    ///
    /// Your client replaces both. Its settings are not changed, but redirects are rejected, and the time and
    /// size of a fetch are limited. When you build your client, note two things:
    ///
    /// - If the endpoint is plain `http` on this machine, call `.no_proxy()`. Without that call, `reqwest`
    ///   sends the requests through the proxy in `HTTP_PROXY` or `ALL_PROXY`. That proxy could answer with
    ///   its own keys. The proxy would then decide which tokens are valid.
    /// - Call `.pool_max_idle_per_host(0)`. A connection belongs to the runtime that opened it. After the end
    ///   of that runtime, a request on this connection fails.
    ///
    /// The type is the client of `reqwest` 0.13. This crate re-exports `reqwest`:
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

    /// Limits how often tokens with unknown keys can cause a fetch of the key set. At first, two fetches in a
    /// row are possible, then one in each `duration`. After twice this time without such a fetch, two in a
    /// row are possible again. Default: 10 s.
    ///
    /// Old tokens have a separate limit: one fetch in each `duration`. A token is old in two cases: it was
    /// issued before the last successful fetch, or its key has left the set.
    pub fn unknown_key_cooldown(mut self, duration: Duration) -> Self {
        self.key_times.unknown_key_cooldown = duration;
        self
    }
}
