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
//! - `owners.rs` refuses to let two tenants use one log.
//! - `keys.rs` names the keys, `stream.rs` sends the commands, and `entry.rs` reads entries of the stream.
//! - `beat.rs` adds the time to a beat (sign of life of a process), and computes the age of the beat.
//! - `failure.rs` says why a command failed, and how to fix that.

mod address;
mod beat;
mod connection;
mod entry;
mod failure;
mod keys;
mod owners;
mod pair;
mod stream;
mod tls;

use std::{fmt, sync::Arc, time::Duration};

use self::{
    address::Address,
    owners::{Owners, Unusable},
    stream::Stream,
};
use super::{Head, LogError, LogFuture, Logged, RevocationLog};
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
    owners: Owners,
    unusable: Option<Unusable>,
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
            owners: Owners::default(),
            unusable: None,
            stream,
        })
    }

    /// Sets the name in the keys. The default is `logto:` and a hash of the tenant's endpoint. All processes
    /// of a tenant must use the same name, and no other tenant may use it. A new name begins a new log. Wrong
    /// entries can't be removed from a log. To get rid of them, begin a new log.
    ///
    /// If the lists of two tenants get clones of one log with the same name, each call of the log fails in
    /// the list that was started second. With a blank name, each call fails.
    #[must_use]
    pub fn log_name(mut self, name: impl Into<String>) -> Self {
        self.name = Some(name.into());
        self
    }

    /// Returns the stream, unless this list must not use it.
    fn stream(&self) -> Result<&Stream, LogError> {
        match &self.unusable {
            None => Ok(&self.stream),
            Some(unusable) => Err(unusable.error()),
        }
    }
}

impl RevocationLog for RedisLog {
    fn set_up(&mut self, tenant: &str, keep: Duration) {
        let name = self.name.as_deref().unwrap_or(tenant);
        self.unusable = self.owners.check(name, tenant).err();
        self.stream.set_up(name, keep);
    }

    fn append<'a>(&'a self, records: &'a [String]) -> LogFuture<'a, ()> {
        Box::pin(async move {
            let stream = self.stream()?;
            let done = stream.append(records).await;
            done.map_err(|failure| failure.of_write(stream.keys()))
        })
    }

    fn read_after(&self, position: Option<u128>, wait: Duration) -> LogFuture<'_, Vec<Logged>> {
        Box::pin(async move {
            let stream = self.stream()?;
            let done = stream.read(position, wait).await;
            done.map_err(|failure| failure.of_read(stream.keys()))
        })
    }

    fn head(&self) -> LogFuture<'_, Head> {
        Box::pin(async move {
            let stream = self.stream()?;
            let done = stream.head().await;
            done.map_err(|failure| failure.of_read(stream.keys()))
        })
    }

    fn beat<'a>(&'a self, value: &'a str) -> LogFuture<'a, ()> {
        Box::pin(async move {
            let stream = self.stream()?;
            let done = stream.beat(value).await;
            done.map_err(|failure| failure.of_write(stream.keys()))
        })
    }

    fn beat_age<'a>(&'a self, value: &'a str) -> LogFuture<'a, Option<Duration>> {
        Box::pin(async move { Ok(self.stream()?.beat_age(value)) })
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

#[cfg(test)]
mod tests {
    use super::*;

    const HOUR: Duration = Duration::from_secs(3_600);

    /// A log of a server that does not run, so calls of a usable log fail, too.
    fn log() -> RedisLog {
        RedisLog::new("redis+unix:///logto/nothing-here").unwrap()
    }

    fn set_up(log: &RedisLog, tenant: &str) -> RedisLog {
        let mut log = log.clone();
        log.set_up(tenant, HOUR);
        log
    }

    /// Returns the error of each method.
    async fn errors(log: &RedisLog) -> Vec<String> {
        let errors = [
            log.append(&["record".to_owned()]).await.unwrap_err(),
            log.read_after(None, Duration::ZERO).await.unwrap_err(),
            log.head().await.unwrap_err(),
            log.beat("beat").await.unwrap_err(),
        ];
        errors.iter().map(ToString::to_string).collect()
    }

    async fn assert_refused(log: &RedisLog, fix: &str) {
        for error in errors(log).await {
            assert!(error.ends_with(fix), "{error}");
        }
        let error = log.beat_age("beat").await.unwrap_err().to_string();
        assert!(error.ends_with(fix), "{error}");
    }

    async fn assert_used(log: &RedisLog) {
        for error in errors(log).await {
            assert!(error.contains("see whether the server runs"), "{error}");
        }
        log.beat_age("beat").await.unwrap();
    }

    #[tokio::test]
    async fn clones_with_one_log_name_serve_one_tenant_and_fail_with_the_fix_for_another() {
        let shared = log().log_name("prod");
        let one = set_up(&shared, "logto:one");
        let other = set_up(&shared, "logto:other");
        let again = set_up(&shared, "logto:one");
        assert_refused(&other, "give this list another `log_name`").await;
        assert_used(&one).await;
        assert_used(&again).await;

        // The name can also be given to each clone.
        let unnamed = log();
        let named = || unnamed.clone().log_name("prod");
        let one = set_up(&named(), "logto:one");
        let other = set_up(&named(), "logto:other");
        assert_refused(&other, "give this list another `log_name`").await;
        assert_used(&one).await;
    }

    #[tokio::test]
    async fn clones_without_a_log_name_or_with_different_names_serve_two_tenants() {
        let unnamed = log();
        for (one, other) in [
            (unnamed.clone(), unnamed.clone()),
            (
                unnamed.clone().log_name("one"),
                unnamed.clone().log_name("other"),
            ),
        ] {
            assert_used(&set_up(&one, "logto:one")).await;
            assert_used(&set_up(&other, "logto:other")).await;
        }
    }

    #[tokio::test]
    async fn a_blank_log_name_fails_with_the_fix() {
        for name in ["", " ", "\t\n"] {
            let log = set_up(&log().log_name(name), "logto:one");
            assert_refused(&log, "or leave `log_name` out").await;
        }
    }
}
