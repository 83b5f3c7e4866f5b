//! The settings about tokens: the leeway, the size of the cache, the maximum length of a token, and the
//! places that can contain a token.

use std::time::Duration;

use super::LogtoBuilder;
use crate::token::source::TokenSource;

impl LogtoBuilder {
    /// Sets how much the clocks of Logto and of this service may differ, rounded down to whole seconds.
    /// Default: 60 s. At most 10 minutes, because an expired token is accepted for that time.
    ///
    /// On Linux, this crate reads the time of the kernel's last tick, which can be 10 ms late. So with a
    /// leeway of zero, a token that is less than 10 ms old can be rejected as a token from the future.
    pub fn leeway(mut self, leeway: Duration) -> Self {
        self.leeway = leeway;
        self
    }

    /// Sets how much memory cached tokens may take. Default: 32 MiB. 0 turns the cache off.
    pub fn token_cache_bytes(mut self, bytes: usize) -> Self {
        self.token_cache_bytes = bytes;
        self
    }

    /// Sets the maximum length of a token, in bytes. Default: 16 KiB.
    pub fn max_token_bytes(mut self, bytes: usize) -> Self {
        self.max_token_bytes = bytes;
        self
    }

    /// Sets the place in a request from which the access token is read. Default:
    /// [`TokenSource::Authorization`].
    ///
    /// Call this method again for each further place. Other places are not read. The first call replaces the
    /// default, so to keep the `Authorization` header, add it too.
    ///
    /// If two of the places have a credential, even an unusable one, the response is 400
    /// `Multiple access tokens`. The response is the same if one place has two tokens, with one exception.
    /// For two `Authorization` headers, the message is `Multiple Authorization headers`.
    ///
    /// ```
    /// use logto_runtime::{Logto, Origins, TokenSource};
    ///
    /// let logto = Logto::builder("https://your-tenant.logto.app")
    ///     .resource("https://api.example.com")
    ///     .token_source(TokenSource::Authorization)
    ///     .token_source(TokenSource::Cookie {
    ///         name: "__Host-access-token".into(),
    ///         origins: Origins::SameOrigin,
    ///     })
    ///     .build()?;
    /// # Ok::<_, logto_runtime::ConfigError>(())
    /// ```
    pub fn token_source(mut self, source: TokenSource) -> Self {
        self.token_sources.push(source);
        self
    }
}
