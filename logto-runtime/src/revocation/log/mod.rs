//! The log that makes revocations outlive a restart and reach other replicas.
//!
//! This crate has two logs. [`FileLog`](crate::FileLog) is for a service that runs as one process. `RedisLog`
//! (feature `redis`) is for a service with several replicas. For another kind of storage, implement
//! [`RevocationLog`], and run `test_util::check_revocation_log` on your log.

pub(crate) mod file;
pub(crate) mod name;
#[cfg(feature = "redis")]
pub(crate) mod redis;

use std::{future::Future, pin::Pin, time::Duration};

/// The future that most methods of [`RevocationLog`] return.
pub type LogFuture<'a, T> = Pin<Box<dyn Future<Output = Result<T, LogError>> + Send + 'a>>;

/// A log of revocations, which processes append to and all replicas read.
///
/// This crate has [`FileLog`](crate::FileLog) and `RedisLog` (feature `redis`). For another kind of storage,
/// implement this trait, and run `test_util::check_revocation_log` on your log.
///
/// - A record is one revocation, a short text on one line. The order of records does not matter, and a record
///   may be in the log twice.
/// - A record must stay in the log for the time `keep` that [`set_up`](Self::set_up) gets. If a record is
///   removed earlier, a replica may never read it, and then accepts the revoked tokens.
/// - Each record has a position, a number. The position is greater than the positions of all earlier records.
///   It can be an offset in a file.
/// - Records must become visible in the order of their positions. A reader goes on from the greatest position
///   that it has read. So it misses a record that becomes visible later and has a smaller position. A
///   database may number transactions in one order, and commit them in another. So let only one transaction
///   append at a time.
/// - The caller may drop a future before it is done.
pub trait RevocationLog: Send + Sync + 'static {
    /// Is called once, before any other method. Each tenant has its own `name`. The log must keep a record
    /// for at least `keep`. The default implementation does nothing.
    fn set_up(&mut self, name: &str, keep: Duration) {
        let _ = (name, keep);
    }

    /// Appends records. Returns when they are stored as durably as the log can store them.
    ///
    /// If this fails, some of the records may be in the log. The caller tries again later with the records
    /// that the log may lack.
    fn append<'a>(&'a self, records: &'a [String]) -> LogFuture<'a, ()>;

    /// Returns the records after a position, or from the start for `None`, oldest first.
    ///
    /// Returns at most a few thousand records. If the log has no record after the position, waits up to
    /// `wait` for one.
    fn read_after(&self, position: Option<u128>, wait: Duration) -> LogFuture<'_, Vec<Logged>>;

    /// Returns the state of the log.
    fn head(&self) -> LogFuture<'_, Head>;

    /// Stores a beat: a value that differs from all earlier beats. Readers see the newest beat in
    /// [`Head::beat`].
    ///
    /// A process that receives webhooks writes beats to show that it is alive. A process that has accepted a
    /// new log writes one beat, too.
    fn beat<'a>(&'a self, value: &'a str) -> LogFuture<'a, ()>;

    /// Returns the age of a beat; `None` if the log does not know the age. `value` is the beat of the newest
    /// [`Head`]. The log must use one clock for all processes, such as the clock of its server.
    ///
    /// A network can delay a beat, and deliver it long after its process has ended. The age tells a reader
    /// when that process was alive. Without the age, the reader assumes that the beat was written after the
    /// reader's previous call of [`head`](Self::head). The default implementation returns `None`.
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
    /// The position of the oldest record; `None` if the log is empty. Readers remember the position of the
    /// oldest record that is still needed. If `first` is greater than that position, the log may have lost
    /// records. Readers then read the log again, and write back the records that it lacks.
    pub first: Option<u128>,
    /// The position of the newest record; `None` if the log is empty.
    pub last: Option<u128>,
    /// The name of this run of the server that keeps the log. The name must change with each restart of the
    /// server, because a restart may lose records.
    pub instance: String,
    /// The value of the newest [`beat`](RevocationLog::beat). `None` if the log has no beat, or if the newest
    /// beat is older than half of `keep`, the time that [`set_up`](RevocationLog::set_up) gets.
    pub beat: Option<String>,
    /// Whether earlier revocations may be missing. `true` if the log has no beat, or if the newest beat is
    /// older than half of `keep`.
    ///
    /// A log that only one process can open, such as [`FileLog`](crate::FileLog), need not keep beats over a
    /// restart. It can store that it once had a beat, and return `false` from then on.
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

    /// Creates an error for a process that has the right to read the log, but not to write it. Return this
    /// error from [`append`](RevocationLog::append) and [`beat`](RevocationLog::beat).
    ///
    /// A replica needs only the right to read, unless it receives webhooks, calls `revoke` or accepts a new
    /// log. If the log loses records, replicas with the right to write must write them back. If nobody does
    /// so soon, a replica without this right logs a warning once. Its health does not show an error.
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
