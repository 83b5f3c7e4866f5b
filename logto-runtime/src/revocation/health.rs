//! The health of a [`Revocations`].

use std::{sync::atomic::Ordering, time::Duration};

use serde::Serialize;

use super::{Revocations, attached::SILENT};

/// The health of a [`Revocations`], returned by [`Revocations::health`], and by
/// [`Logto::health`](crate::Logto::health) as `revocations`. Serializes as an object.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct RevocationHealth {
    /// Whether requests can be answered. A list without a log is always ready. With a log, the list is ready
    /// if both are true:
    ///
    /// - The log has been read once. [`start_empty`](crate::RevocationsBuilder::start_empty) removes this
    ///   condition.
    /// - A process that receives webhooks has shown once that it is alive.
    ///   [`Silence::Serve`](crate::Silence::Serve) removes this condition.
    pub ready: bool,
    /// The number of entries in the list.
    pub entries: usize,
    /// How many seconds ago a process that receives webhooks was last known to be alive. `None` without a
    /// log, and until such a process is known to be alive for the first time.
    pub silent_for_seconds: Option<u64>,
    /// Whether revocations may be missed, here or in other processes. `true` for each of these reasons:
    ///
    /// - The last pass of the `Reconciler` in this process (its reading of Logto's own log) failed.
    /// - For the last 15 s, no process that receives webhooks was known to be alive.
    /// - Entries of this process are not in the log yet.
    /// - Records were skipped.
    ///
    /// For a list in memory, only the first reason is possible.
    pub degraded: bool,
    /// The number of entries of this process that are not in the log yet.
    pub pending: usize,
    /// The number of records that were skipped, because this version of the crate cannot parse them. A record
    /// that is skipped twice counts twice.
    pub skipped: u64,
    /// The error of the last attempt to read or write the log in the background, if the attempt has failed.
    /// After a success, an error if the log is new and not accepted. `None` in all other cases.
    pub last_error: Option<String>,
    /// The age, in whole seconds, of the newest signed webhook that this process has received. `None` before
    /// the first one. The age counts from the time in the webhook. A webhook without a time does not count.
    pub last_delivery_seconds: Option<u64>,
    /// How many seconds ago the `Reconciler` of this process last applied everything in Logto's own log.
    /// `None` before the first time.
    pub last_reconciled_seconds: Option<u64>,
}

impl Revocations {
    /// Returns the health of the list. Does not wait for the network.
    #[must_use]
    pub fn health(&self) -> RevocationHealth {
        self.forget();
        let (now, shared) = (self.now(), &self.shared);
        let seconds = |age: Option<Duration>| age.map(|age| age.as_secs());
        let without_log = RevocationHealth {
            ready: true,
            entries: self.entries(),
            silent_for_seconds: None,
            degraded: shared.reconciling.fails.load(Ordering::Relaxed),
            pending: 0,
            skipped: 0,
            last_error: None,
            last_delivery_seconds: seconds(shared.called.age(now)),
            last_reconciled_seconds: seconds(shared.reconciling.complete.age(now)),
        };
        let Some(attached) = &shared.attached else {
            return without_log;
        };
        let silent_for = attached.silent_for(now);
        let (pending, skipped) = (attached.pending.len(), attached.skipped());
        let silent = silent_for.is_none_or(|age| age > SILENT);
        RevocationHealth {
            ready: attached.is_ready(now),
            silent_for_seconds: seconds(silent_for),
            degraded: without_log.degraded || silent || pending > 0 || skipped > 0,
            pending,
            skipped,
            last_error: attached.problem().as_ref().map(ToString::to_string),
            ..without_log
        }
    }
}
