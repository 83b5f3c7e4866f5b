//! The log that makes revocations outlive a restart and reach other replicas.
//!
//! This crate has [`FileLog`](crate::FileLog), for a service that runs as one process, and with the feature
//! `redis` `RedisLog`, for a fleet. For another kind of storage, implement [`RevocationLog`], and run
//! `test_util::check_revocation_log` on it.

pub(crate) mod file;
pub(crate) mod name;
#[cfg(feature = "redis")]
pub(crate) mod redis;

use std::{future::Future, pin::Pin, time::Duration};

/// The future that most methods of [`RevocationLog`] return.
pub type LogFuture<'a, T> = Pin<Box<dyn Future<Output = Result<T, LogError>> + Send + 'a>>;

/// A log of revocations, which processes append to and all replicas read.
///
/// This crate has [`FileLog`](crate::FileLog), and with the feature `redis` `RedisLog`. For another kind of
/// storage, implement this trait, and run `test_util::check_revocation_log` on your log.
///
/// - A record is a short text on one line. The order of records does not matter, and a record may be in
///   the log twice.
/// - A record that was appended must stay in the log for
///   [`max_token_lifetime`](crate::RevocationsBuilder::max_token_lifetime) and 20 minutes. If somebody
///   removes a record, replicas that have not read it accept the revoked tokens.
/// - Each record has a position, for example an offset or a number of a sequence. It is greater than the
///   positions of all records that were appended before.
/// - A record must not become visible after one with a greater position: readers go on from the greatest
///   position that they have read, and would miss it. In a database, a transaction with a smaller number can
///   commit after one with a greater number, so let transactions append one after the other.
/// - A future may be dropped before it is done.
pub trait RevocationLog: Send + Sync + 'static {
    /// Is called once, before any other method. Each tenant has its own `name`. The log must keep a record
    /// for at least `keep`. The default implementation does nothing.
    fn set_up(&mut self, name: &str, keep: Duration) {
        let _ = (name, keep);
    }

    /// Appends records. Returns when they are stored as durably as the log can store them.
    ///
    /// If this fails, some of the records may be in the log. Those that the log may lack are appended again later.
    fn append<'a>(&'a self, records: &'a [String]) -> LogFuture<'a, ()>;

    /// Returns the records after a position, or from the start for `None`, oldest first.
    ///
    /// Returns at most a few thousand records. If the log does not have a record after the position, waits
    /// up to `wait` for one.
    fn read_after(&self, position: Option<u128>, wait: Duration) -> LogFuture<'_, Vec<Logged>>;

    /// Returns the state of the log.
    fn head(&self) -> LogFuture<'_, Head>;

    /// Stores a beat, with which a process that receives webhooks shows that it is alive. A process that has
    /// accepted a new log writes one beat, too. Each beat has another value. Readers see the newest one in
    /// [`Head::beat`].
    fn beat<'a>(&'a self, value: &'a str) -> LogFuture<'a, ()>;

    /// Returns how long ago this beat was written, by a clock that all processes share, such as that of the log's
    /// server. `None` if the log does not know that. `value` is the beat of the newest [`Head`].
    ///
    /// A network can hold a beat back, and deliver it long after the process that wrote it has ended. Readers trust a
    /// beat for the time when it was written. Without an age, they take it that the beat was written after they read
    /// the head before. The default implementation returns `None`.
    fn beat_age<'a>(&'a self, value: &'a str) -> LogFuture<'a, Option<Duration>> {
        let _ = value;
        Box::pin(async { Ok(None) })
    }
}

/// A record and its position in the log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Logged {
    /// The position, to pass to [`RevocationLog::read_after`].
    pub position: u128,
    /// The record as it was appended.
    pub record: String,
}

/// The state of a log.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Head {
    /// The position of the oldest record; `None` if the log is empty. Readers remember the positions of the
    /// records that they have read. If a record that is still needed has a smaller position than this one, the log
    /// has lost that record, and readers write it back.
    pub first: Option<u128>,
    /// The position of the newest record; `None` if the log is empty.
    pub last: Option<u128>,
    /// The name of this run of the server that keeps the log. It changes with each restart of the server,
    /// because a restart may lose records.
    pub instance: String,
    /// The value of the newest [`beat`](RevocationLog::beat). `None` without a beat, or if the newest beat is
    /// older than half of the `keep` of [`set_up`](RevocationLog::set_up).
    pub beat: Option<String>,
    /// `true` if earlier revocations may be missing: the log has never had a beat, or its newest beat is older
    /// than half of the `keep` of `set_up`. A log that only one process can open, such as
    /// [`FileLog`](crate::FileLog), can store that it once had a beat, and then return `false` at every later
    /// start.
    pub is_new: bool,
}

/// A log that cannot be read or written.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the log of revocations {reason}")]
pub struct LogError {
    reason: String,
    may_not_write: bool,
}

impl LogError {
    /// Creates an error. The reason completes the sentence "the log of revocations …". It is logged,
    /// so it must not contain a password.
    pub fn new(reason: impl Into<String>) -> Self {
        Self {
            reason: reason.into(),
            may_not_write: false,
        }
    }

    pub(super) fn panicked() -> Self {
        Self::new("panicked while it was used; see the message of the panic")
    }

    /// Creates the error of [`append`](RevocationLog::append) or [`beat`](RevocationLog::beat) in a
    /// process that has the right to read the log, but not to write it.
    ///
    /// A replica needs only the right to read, unless it receives webhooks, calls `revoke` or accepts a new log.
    /// If the log loses records, and no other process writes them back soon, a replica without the right to write
    /// logs that once. Its health does not show this error.
    pub fn may_not_write(reason: impl Into<String>) -> Self {
        Self {
            reason: reason.into(),
            may_not_write: true,
        }
    }

    pub(super) fn lacks_rights(&self) -> bool {
        self.may_not_write
    }
}
