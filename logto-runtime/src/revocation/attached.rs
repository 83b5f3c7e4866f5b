//! [`Attached`]: the log of a list of revocations, and what this process knows about the log.

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
};
use crate::{clock::Reading, telemetry, verify::Verified};

/// The process counts as paused if `Attached::last_progress` is longer ago than this.
pub(super) const PAUSED: Duration = Duration::from_secs(5);

/// If a silence is longer than this, an error is logged. During a silence, this process sees no new beat. A
/// beat is the sign of life of a process that receives webhooks. Such a process normally writes a beat every
/// 5 s.
pub(super) const SILENT: Duration = Duration::from_secs(15);

const NOT_ACCEPTED: &str = "was not accepted yet: it is new, or it was lost while no process with \
                            the right to write was running; revoke again everybody who was revoked \
                            during the last `max_token_lifetime` plus 20 minutes; then call \
                            `Revocations::accept_empty_log` in a process with the right to write, \
                            or run a `Reconciler`";

/// The log of a list of revocations, and what this process knows about the log.
pub(super) struct Attached {
    pub(super) log: Box<dyn RevocationLog>,
    pub(super) silence: Silence,
    start_empty: bool,
    /// Whether the whole log has been read once.
    loaded: AtomicBool,
    /// A counter that rises when a reading of the log has ended, with or without success. It also rises in
    /// `end_pause`, and when the task that reads the log has ended.
    pub(super) readings: watch::Sender<u64>,
    /// When a process that writes beats was last known to be alive.
    confirmed: Moment,
    /// When the last successful read of a page or of the head began, or when the last failed reading ended.
    /// After a stop of the process, a failed reading counts only if `failing.rs` decides that the log is out
    /// of reach.
    last_progress: Moment,
    /// Whether the log was new (see `Head::is_new`) when this process first read it. A new log may lack
    /// earlier revocations, so somebody must accept it.
    new: AtomicBool,
    /// Whether this process or another one has accepted the new log.
    accepted: AtomicBool,
    /// Whether a beat has shown the other processes that the log is accepted.
    told: AtomicBool,
    /// Whether the task that reads the log has ended.
    ended: AtomicBool,
    end_reported: AtomicBool,
    /// Whether this process receives webhooks.
    receives: AtomicBool,
    /// How many times a record could not be parsed.
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
            last_progress: Moment::unset(),
            new: AtomicBool::new(false),
            accepted: AtomicBool::new(false),
            told: AtomicBool::new(false),
            ended: AtomicBool::new(false),
            end_reported: AtomicBool::new(false),
            receives: AtomicBool::new(false),
            skipped: AtomicU64::new(0),
            pending: Pending::default(),
            last_error: Mutex::default(),
        }
    }

    /// Whether requests can be answered. The log must have been read, except with `start_empty`. If the mode
    /// of [`Silence`] has a limit, `confirmed` must also be set.
    pub(super) fn is_ready(&self, now: Reading) -> bool {
        let heard = self.silence.limit().is_none() || self.silent_for(now).is_some();
        self.may_serve() && heard
    }

    /// Whether a token without an entry in the list is accepted, however long the silence lasts.
    #[inline]
    pub(super) fn serves_in_silence(&self) -> bool {
        self.may_serve() && self.silence.limit().is_none()
    }

    /// Whether the log has been read, or `start_empty` is set.
    #[inline]
    fn may_serve(&self) -> bool {
        self.start_empty || self.is_loaded()
    }

    /// Returns why a token without an entry must be refused now; `None` if it is accepted.
    pub(super) fn refusal(&self, token: &Verified, now: Reading) -> Option<Unheard> {
        if !self.may_serve() {
            return Some(Unheard::Unavailable);
        }
        self.silence.refusal(token, || self.silent_for(now), now)
    }

    /// Returns the length of the silence: the time since `confirmed`. `None` if `confirmed` is not set.
    pub(super) fn silent_for(&self, now: Reading) -> Option<Duration> {
        self.confirmed.age(now)
    }

    /// Whether the process was paused. The log should then be read before the next request is answered.
    /// Returns `false` if the task that reads the log has ended.
    #[inline]
    pub(super) fn was_paused(&self, now: Reading) -> bool {
        // If the task has ended before it has read the log, `last_progress` may never be set. The end of the
        // task must be logged all the same.
        if !self.is_loaded() {
            self.still_reads();
        }
        self.last_progress.is_before(now, PAUSED) && self.still_reads()
    }

    /// Whether the task that reads the log still runs. If it has ended, the first call logs an error.
    #[cold]
    fn still_reads(&self) -> bool {
        let ended = self.has_ended();
        if ended && !self.end_reported.swap(true, Ordering::Relaxed) {
            telemetry::revocations_reader_ended();
        }
        !ended
    }

    /// Notes the time of a question that the log has answered. The time of the answer is not noted, because
    /// the process may have been paused in between.
    ///
    /// Does nothing if the process counted as paused when it asked. Only `end_reading` and `end_pause` end a
    /// pause.
    pub(super) fn note_progress(&self, asked_at: Reading) {
        if !self.was_paused(asked_at) {
            self.last_progress.set(asked_at);
        }
    }

    /// Returns the error if the last read or write by the task in `task.rs` has failed. Otherwise returns an
    /// error if a new log is not accepted yet.
    pub(super) fn problem(&self) -> Option<LogError> {
        self.last_error().or_else(|| {
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

    /// Notes that a process that writes beats was alive at the time `at`. Does nothing if a later time is
    /// known. Also does nothing before a new log is accepted, so the silence goes on.
    pub(super) fn confirm(&self, at: Reading, now: Reading) {
        let later = self
            .silent_for(now)
            .is_none_or(|silent_for| now.since(at) <= silent_for);
        if later && !self.waits_for_acceptance() {
            self.confirmed.set(at);
        }
    }

    /// Whether the log was new, and is not accepted yet.
    pub(super) fn waits_for_acceptance(&self) -> bool {
        self.new.load(Ordering::Relaxed) && !self.accepted.load(Ordering::Relaxed)
    }

    /// Whether a new log is accepted, but a beat must still show this to the other processes.
    pub(super) fn must_tell_acceptance(&self) -> bool {
        self.new.load(Ordering::Relaxed)
            && self.accepted.load(Ordering::Relaxed)
            && !self.told.load(Ordering::Relaxed)
    }

    pub(super) fn set_told(&self) {
        self.told.store(true, Ordering::Relaxed);
    }

    /// Notes that another process has written a beat. A process for which the log is new writes a beat only
    /// after somebody has accepted the log. So the log counts as accepted here, too.
    pub(super) fn accepted_elsewhere(&self) {
        let waits = self.waits_for_acceptance();
        // The other processes can see that beat, too. So this process does not need to write one, and does
        // not need the right to write.
        self.set_told();
        if waits {
            self.accept_new();
            telemetry::revocations_accepted();
        }
    }

    /// Notes how a reading has ended, and wakes everybody who waits for a reading. `progress` is the new
    /// value of `last_progress`; `None` keeps the old value. Logs the first of several errors in a row, and
    /// the first success after them. These events come last, because the program's log may block or panic.
    pub(super) fn end_reading(&self, progress: Option<Reading>, outcome: Result<(), LogError>) {
        let error = outcome.err();
        let before = std::mem::replace(&mut *self.lock_last_error(), error.clone());
        if let Some(progress) = progress {
            self.last_progress.set(progress);
        }
        self.wake();
        match (before, error) {
            (None, Some(error)) => telemetry::revocations_out_of_reach(&error),
            (Some(_), None) => telemetry::revocations_in_reach(),
            _ => {}
        }
    }

    /// Notes that the log was read to its end, and wakes everybody who waits for a reading. The same reading
    /// may still write lost entries back, so it has not ended yet. `asked_at` is the new value of
    /// `last_progress`.
    pub(super) fn end_pause(&self, asked_at: Reading) {
        self.last_progress.set(asked_at);
        self.wake();
    }

    /// Wakes everybody who waits for a reading.
    fn wake(&self) {
        self.readings.send_modify(|count| *count += 1);
    }

    /// Returns the error if the last read or write by the task in `task.rs` has failed.
    pub(super) fn last_error(&self) -> Option<LogError> {
        self.lock_last_error().clone()
    }

    /// Do not log while this lock is held: the program's subscriber may block, or ask for the health.
    fn lock_last_error(&self) -> MutexGuard<'_, Option<LogError>> {
        (self.last_error.lock()).unwrap_or_else(PoisonError::into_inner)
    }

    /// Counts a record that could not be parsed, and logs the first one.
    pub(super) fn skip(&self, record: &str) {
        if self.skipped.fetch_add(1, Ordering::Relaxed) == 0 {
            telemetry::revocation_skipped(record);
        }
    }

    pub(super) fn skipped(&self) -> u64 {
        self.skipped.load(Ordering::Relaxed)
    }

    /// Notes that the log is new. Reports this once, unless the log is accepted already.
    pub(super) fn set_new(&self) {
        if !self.new.swap(true, Ordering::Relaxed) && !self.accepted.load(Ordering::Relaxed) {
            telemetry::revocations_new();
        }
    }

    pub(super) fn accept_new(&self) {
        self.accepted.store(true, Ordering::Relaxed);
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

    /// Notes that the task that reads the log has ended, and wakes everybody who waits for a reading.
    pub(super) fn set_ended(&self) {
        self.ended.store(true, Ordering::Release);
        self.wake();
    }

    /// Appends the pending records to the log.
    pub(super) async fn send(&self) -> Result<(), LogError> {
        self.pending.send(&*self.log).await
    }
}
