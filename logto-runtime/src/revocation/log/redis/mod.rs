//! [`RedisLog`], the revocation log of a service with several replicas. The log is one stream of a Redis or
//! Valkey server.
//!
//! The stream is trimmed by time only, so it holds every revocation that still matters. A reader reads the
//! stream from its start, then follows it from the last position. So the log does not need a separate
//! snapshot, which could disagree with the stream.
//!
//! - `address.rs` parses the URL.
//! - `connection.rs` connects, and `tls.rs` starts TLS.
//! - `pair.rs` keeps the two connections of the log on the same server.
//! - `keys.rs` names the keys, `stream.rs` sends the commands, and `entry.rs` reads entries of the stream.
//! - `beat.rs` adds the time to a beat (sign of life of a process), and computes the age of the beat.
//! - `failure.rs` says why a command failed, and how to fix that.

mod address;
mod beat;
mod connection;
mod entry;
mod failure;
mod keys;
mod pair;
mod stream;
mod tls;

use std::{fmt, sync::Arc, time::Duration};

use self::{address::Address, stream::Stream};
use super::{Head, LogFuture, Logged, RevocationLog};
use crate::config::ConfigError;

/// A log of revocations in one stream of a Redis or Valkey server (6.2 or newer), for a service with several
/// replicas.
///
/// All replicas and all processes that receive webhooks must use the same server and the same
/// tenant. Without [`log_name`](Self::log_name), the keys are `{logto:<hash of the endpoint>}:revoked` and
/// `{logto:<hash of the endpoint>}:receiver`. [The page on revocation](crate::docs::revocation)
/// lists the rights that a user of the server needs.
///
/// Sentinel and Cluster are not supported. Each list of revocations has two connections of its own, which are
/// opened at the first use and again after a failure.
///
/// With `rediss://`, the certificate of the server is verified with the CA certificates of the system. On
/// Linux, the environment variable `SSL_CERT_FILE` can name a PEM file. The CAs in that file then replace the
/// CAs of the system.
#[derive(Clone)]
pub struct RedisLog {
    address: Arc<Address>,
    name: Option<String>,
    stream: Stream,
}

impl RedisLog {
    /// Returns the log on the server at this URL, such as `rediss://user:password@redis.example.com:6380/0`.
    /// Does not connect yet.
    ///
    /// Schemes are `redis`, `rediss` (TLS), `redis+unix` (`redis+unix:///path?user=…&pass=…&db=…`), and the
    /// same with `valkey` instead of `redis`. `unix` means the same as `redis+unix`. The default port is
    /// 6379, also with TLS.
    ///
    /// # Errors
    ///
    /// Fails if this is not a URL of a Redis server. Fails if the URL names several servers, a Sentinel or a
    /// Cluster. Fails if the URL turns the verification of the certificate off.
    pub fn new(url: impl AsRef<str>) -> Result<Self, ConfigError> {
        let address = Arc::new(Address::parse(url.as_ref())?);
        let stream = Stream::new(&address);
        Ok(Self {
            address,
            name: None,
            stream,
        })
    }

    /// Sets the name in the keys. The default is `logto:` and a hash of the tenant's endpoint. All processes
    /// of a tenant must use the same name, and no other tenant may use it. A new name begins a new log. Wrong
    /// entries can't be removed from a log. To get rid of them, begin a new log.
    #[must_use]
    pub fn log_name(mut self, name: impl Into<String>) -> Self {
        self.name = Some(name.into());
        self
    }
}

impl RevocationLog for RedisLog {
    fn set_up(&mut self, name: &str, keep: Duration) {
        let name = self.name.as_deref().unwrap_or(name);
        self.stream.set_up(name, keep);
    }

    fn append<'a>(&'a self, records: &'a [String]) -> LogFuture<'a, ()> {
        Box::pin(async move {
            self.stream
                .append(records)
                .await
                .map_err(|failure| failure.of_write(self.stream.keys()))
        })
    }

    fn read_after(&self, position: Option<u128>, wait: Duration) -> LogFuture<'_, Vec<Logged>> {
        Box::pin(async move {
            self.stream
                .read(position, wait)
                .await
                .map_err(|failure| failure.of_read(self.stream.keys()))
        })
    }

    fn head(&self) -> LogFuture<'_, Head> {
        Box::pin(async move {
            self.stream
                .head()
                .await
                .map_err(|failure| failure.of_read(self.stream.keys()))
        })
    }

    fn beat<'a>(&'a self, value: &'a str) -> LogFuture<'a, ()> {
        Box::pin(async move {
            self.stream
                .beat(value)
                .await
                .map_err(|failure| failure.of_write(self.stream.keys()))
        })
    }

    fn beat_age<'a>(&'a self, value: &'a str) -> LogFuture<'a, Option<Duration>> {
        Box::pin(async move { Ok(self.stream.beat_age(value)) })
    }
}

impl fmt::Debug for RedisLog {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RedisLog")
            .field("address", &self.address)
            .field("keys", &self.stream.keys())
            .finish_non_exhaustive()
    }
}
