//! [`Attached`]: the log of a list, and what is known about it. Whether it has been read, when a process
//! that receives webhooks was last alive, and which records are not in it yet.

use std::{
    sync::{
        Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::Duration,
};

use tokio::sync::watch;

use super::{
    log::{LogError, RevocationLog},
    moment::Moment,
    pending::Pending,
    silence::{Silence, Unheard},
    within::CALL_WITHIN,
};
use crate::{
    clock::{Reading, current_runtime},
    telemetry,
    verify::Verified,
};

/// If the task has neither read nor failed to for longer than this, the process was paused.
const PAUSED: Duration = Duration::from_secs(5);

/// How long to wait for the log at the start of a program.
const PATIENCE: Duration = Duration::from_secs(10);

/// How long a silence lasts before an error is logged. A process that receives webhooks beats every 5 s.
pub(super) const SILENT: Duration = Duration::from_secs(15);

const NOT_ACCEPTED: &str = "was not accepted yet: it is new, or was lost while no process that may \
                            write ran; revoke again whoever was revoked within the last lifetime of \
                            a token, and call `Revocations::accept_empty_log` in a process that may \
                            write, or run a `Reconciler`";

/// The log of a list, and what is known about it.
pub(super) struct Attached {
    pub(super) log: Box<dyn RevocationLog>,
    pub(super) silence: Silence,
    start_empty: bool,
    /// Whether the whole log has been read.
    loaded: AtomicBool,
    /// Counts how often the task has read or failed to.
    pub(super) readings: watch::Sender<u64>,
    /// When a process that receives webhooks was last known to be alive.
    confirmed: Moment,
    /// When the task last read or failed to.
    read: Moment,
    /// Whether the log was new when it was read.
    new: AtomicBool,
    accepts_new: AtomicBool,
    /// Whether the other processes were told that the log is accepted.
    told: AtomicBool,
    ended: AtomicBool,
    receives: AtomicBool,
    skipped: AtomicU64,
    pub(super) pending: Pending,
    last_error: Mutex<Option<LogError>>,
}

impl Attached {
    pub(super) fn new(log: Box<dyn RevocationLog>, silence: Silence, start_empty: bool) -> Self {
        Self {
            log,
            silence,
            start_empty,
            loaded: AtomicBool::new(false),
            readings: watch::Sender::new(0),
            confirmed: Moment::unset(),
            read: Moment::unset(),
            new: AtomicBool::new(false),
            accepts_new: AtomicBool::new(false),
            told: AtomicBool::new(false),
            ended: AtomicBool::new(false),
            receives: AtomicBool::new(false),
            skipped: AtomicU64::new(0),
            pending: Pending::default(),
            last_error: Mutex::default(),
        }
    }

    /// Whether requests can be answered: the log has been read and, if the mode of [`Silence`] has a
    /// limit, a process that receives webhooks has shown that it is alive. With `start_empty`, always.
    pub(super) fn is_ready(&self, now: Reading) -> bool {
        let heard = self.silence.limit().is_none() || self.silent_for(now).is_some();
        self.start_empty || (self.is_loaded() && heard)
    }

    /// Whether a token passes that no entry refuses, however long the silence.
    #[inline]
    pub(super) fn serves_in_silence(&self) -> bool {
        self.may_serve() && self.silence.limit().is_none()
    }

    /// Whether the log has been read, or need not be.
    #[inline]
    fn may_serve(&self) -> bool {
        self.start_empty || self.is_loaded()
    }

    /// Decides about a token that no entry refuses.
    pub(super) fn refuses(&self, token: &Verified, now: Reading) -> Option<Unheard> {
        if !self.may_serve() {
            return Some(Unheard::Unavailable);
        }
        self.silence.refuses(token, || self.silent_for(now), now)
    }

    /// Returns the time since a process that receives webhooks was last known to be alive; `None` if none
    /// ever was.
    pub(super) fn silent_for(&self, now: Reading) -> Option<Duration> {
        self.confirmed.age(now)
    }

    /// Whether the process was paused, so that the log should be read before the next request.
    #[inline]
    pub(super) fn was_paused(&self, now: Reading) -> bool {
        self.read.is_before(now, PAUSED) && !self.has_ended()
    }

    /// Records that the task is still running, during a long read or write. Does nothing after a pause,
    /// so that the next request notices it.
    pub(super) fn still_running(&self, now: Reading) {
        if !self.was_paused(now) {
            self.read.set(now);
        }
    }

    /// Waits for one reading, for at most two seconds.
    pub(super) async fn wait_for_reading(&self) {
        // Without a timer, the wait could not be limited. The request goes on with the current list.
        if current_runtime().is_err() {
            return;
        }
        let mut readings = self.readings.subscribe();
        let _ = tokio::time::timeout(CALL_WITHIN, readings.changed()).await;
    }

    /// Waits until `fits` returns `true`, for at most ten seconds. Asks it again after each reading.
    pub(super) async fn until(&self, fits: impl Fn() -> bool) -> Result<(), LogError> {
        if current_runtime().is_err() {
            return Err(LogError::new(
                "can't be waited for outside a tokio runtime with a timer; build it with \
                 `.enable_all()`",
            ));
        }
        let mut readings = self.readings.subscribe();
        let wait = async { while !fits() && readings.changed().await.is_ok() {} };
        if tokio::time::timeout(PATIENCE, wait).await.is_ok() {
            return Ok(());
        }
        Err(self.problem().unwrap_or_else(|| {
            LogError::new("has no sign of a process that receives webhooks; start one")
        }))
    }

    /// Returns why the log fails, or that nobody has accepted a new one.
    pub(super) fn problem(&self) -> Option<LogError> {
        let error = self.last_error().clone();
        error.or_else(|| {
            self.waits_for_acceptance()
                .then(|| LogError::new(NOT_ACCEPTED))
        })
    }

    pub(super) fn is_loaded(&self) -> bool {
        self.loaded.load(Ordering::Acquire)
    }

    pub(super) fn set_loaded(&self) {
        self.loaded.store(true, Ordering::Release);
    }

    pub(super) fn confirm(&self, at: Reading) {
        if !self.waits_for_acceptance() {
            self.confirmed.set(at);
        }
    }

    /// Whether the log was new when it was read, and nobody has accepted that yet.
    pub(super) fn waits_for_acceptance(&self) -> bool {
        self.new.load(Ordering::Relaxed) && !self.accepts_new.load(Ordering::Relaxed)
    }

    /// Whether this process has accepted a new log, and has not told the others yet.
    pub(super) fn tells_acceptance(&self) -> bool {
        self.new.load(Ordering::Relaxed)
            && self.accepts_new.load(Ordering::Relaxed)
            && !self.told.load(Ordering::Relaxed)
    }

    pub(super) fn has_told(&self) {
        self.told.store(true, Ordering::Relaxed);
    }

    /// Records that another process beats: it has accepted the log, or knows it.
    pub(super) fn accepted_elsewhere(&self) {
        let waits = self.waits_for_acceptance();
        // The others know it, so this process need not write to the log, which it may have no right to.
        self.has_told();
        if waits {
            self.accept_new();
            telemetry::revocations_accepted();
        }
    }

    pub(super) fn has_read(&self, now: Reading, outcome: Result<(), LogError>) {
        let mut last_error = self.last_error();
        match (&*last_error, &outcome) {
            (None, Err(error)) => telemetry::revocations_out_of_reach(error),
            (Some(_), Ok(())) => telemetry::revocations_in_reach(),
            _ => {}
        }
        *last_error = outcome.err();
        drop(last_error);
        self.read.set(now);
        self.readings.send_modify(|count| *count += 1);
    }

    pub(super) fn last_error(&self) -> MutexGuard<'_, Option<LogError>> {
        (self.last_error.lock()).unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn skip(&self, record: &str) {
        if self.skipped.fetch_add(1, Ordering::Relaxed) == 0 {
            telemetry::revocation_skipped(record);
        }
    }

    pub(super) fn skipped(&self) -> u64 {
        self.skipped.load(Ordering::Relaxed)
    }

    pub(super) fn found_new(&self) {
        if !self.new.swap(true, Ordering::Relaxed) && !self.accepts_new.load(Ordering::Relaxed) {
            telemetry::revocations_new();
        }
    }

    pub(super) fn accept_new(&self) {
        self.accepts_new.store(true, Ordering::Relaxed);
    }

    pub(super) fn receives(&self) -> bool {
        self.receives.load(Ordering::Relaxed)
    }

    pub(super) fn set_receives(&self) {
        self.receives.store(true, Ordering::Relaxed);
    }

    pub(super) fn has_ended(&self) -> bool {
        self.ended.load(Ordering::Acquire)
    }

    pub(super) fn set_ended(&self) {
        self.ended.store(true, Ordering::Release);
    }

    /// Appends what is not in the log yet.
    pub(super) async fn send(&self) -> Result<(), LogError> {
        self.pending.send(&*self.log).await
    }
}
