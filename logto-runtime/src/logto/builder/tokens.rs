//! The settings about tokens: where they are, how long they may be, how their times are compared, and
//! how many are remembered.

use std::time::Duration;

use super::LogtoBuilder;
use crate::token::source::TokenSource;

impl LogtoBuilder {
    /// Sets how much the clocks of Logto and of this service may differ, in whole seconds. Default: 60 s. At
    /// most 10 minutes, because an expired token is accepted for that time.
    ///
    /// With zero, a token that is used within 10 ms of its issue can be rejected as a token from the future:
    /// on Linux, this crate reads the time of the last tick of the kernel.
    pub fn leeway(mut self, leeway: Duration) -> Self {
        self.leeway = leeway;
        self
    }

    /// Sets how much memory cached tokens may take. Default: 32 MiB. 0 turns the cache off.
    pub fn token_cache_bytes(mut self, bytes: usize) -> Self {
        self.token_cache_bytes = bytes;
        self
    }

    /// Sets the length of the longest token that is accepted. Default: 16 KiB.
    pub fn max_token_bytes(mut self, bytes: usize) -> Self {
        self.max_token_bytes = bytes;
        self
    }

    /// Sets where requests carry their access token. Default: [`TokenSource::Authorization`].
    ///
    /// Call it again for each further place. The first call replaces the default, so to keep the
    /// `Authorization` header, name it too. A request with something in two of the places, or with two tokens
    /// in one place, is answered with 400 `Multiple access tokens`. For two `Authorization` headers, the message
    /// is `Multiple Authorization headers`. Places that are not named are not read.
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
