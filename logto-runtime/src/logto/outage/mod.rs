//! Limits how many questions of `deny_if_async` run at the same time during an outage. A question calls the
//! functions of the program for one token.
//!
//! In an outage, each question can take the whole `deny_timeout`, and there could be a question for each
//! token. A few questions are enough to notice the end of the outage.
//!
//! - Subjects are counted, not questions. So one caller whose record can't be read does not
//!   start the limit, even with many tokens.
//! - The limit begins when the questions about [`LIMIT`] subjects have failed in a row, and no answer has
//!   come within the last `deny_timeout`. From then on, a new question needs one of [`LIMIT`] places. Each
//!   subject gets at most one place.
//! - Half of the places are kept for subjects whose questions have not failed. So in a partial outage, some
//!   questions still get answers.
//! - The first answer ends the limit.
//! - At most one failure of each outage is logged. Failures of different outages are logged at least [`QUIET`]
//!   apart. If a failure was logged,
//!   the answer that ends the outage is logged too.
//! - Questions of the explorer do not need places and are not recorded. The explorer invents callers, and
//!   failures about them must not limit the questions of requests.

use std::{
    collections::VecDeque,
    hash::{BuildHasher as _, RandomState},
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use crate::{clock::Reading, telemetry};

/// Questions about this many subjects must fail before the limit begins. Then this many new questions may run
/// at the same time.
const LIMIT: usize = 8;

/// The maximum number of failed subjects that are kept. The subject that failed first is forgotten
/// first.
const MAX_FAILED: usize = 256;

/// The minimum time between two logged failures, by the monotonic clock.
const QUIET: Duration = Duration::from_secs(60);

/// The failures since the last answer, and the questions that have a place under the limit.
#[derive(Debug)]
pub(super) struct Outage {
    /// The limit can begin when no answer has come for this long.
    unanswered_for: Duration,
    hasher: RandomState,
    state: Mutex<State>,
}

/// Subjects are kept as hashes, and times are those of the monotonic clock.
#[derive(Debug, Default)]
struct State {
    /// The subjects whose questions failed since the last answer, each once.
    failed: VecDeque<u64>,
    answered_at: Option<Duration>,
    /// The subjects of the running questions that have a place under the limit.
    asking: Vec<u64>,
    logged_at: Option<Duration>,
    /// Whether a failure was logged since the last answer.
    is_logged: bool,
}

/// The right to ask a question. If the question has a place under the limit, dropping this value frees the
/// place.
#[derive(Debug)]
pub(super) struct Asking<'o>(&'o Outage, Option<u64>);

impl Outage {
    pub(super) fn new(deny_timeout: Duration) -> Self {
        Self {
            unanswered_for: deny_timeout,
            hasher: RandomState::new(),
            state: Mutex::default(),
        }
    }

    /// Returns the right to ask about a subject. Returns `None` if the limit does not have a place for this
    /// subject.
    pub(super) fn ask(&self, subject: &str, now: Reading) -> Option<Asking<'_>> {
        let mut asking = Asking(self, None);
        if telemetry::is_quiet() {
            return Some(asking);
        }
        let mut state = self.state();
        if state.is_limited(self.unanswered_for, now) {
            let subject = self.hasher.hash_one(subject);
            if !state.has_place(subject) {
                return None;
            }
            state.asking.push(subject);
            asking.1 = Some(subject);
        }
        Some(asking)
    }

    /// Records a question that failed, and returns whether to log it.
    pub(super) fn record_failure(&self, subject: &str, now: Reading) -> bool {
        if telemetry::is_quiet() {
            return false;
        }
        let subject = self.hasher.hash_one(subject);
        let mut state = self.state();
        if !state.failed.contains(&subject) {
            if state.failed.len() == MAX_FAILED {
                state.failed.pop_front();
            }
            state.failed.push_back(subject);
        }
        let log = !state.is_logged && has_passed(QUIET, state.logged_at, now);
        if log {
            state.is_logged = true;
            state.logged_at = Some(now.monotonic);
        }
        log
    }

    /// Records an answer, which ends the outage. Returns whether to log the end.
    pub(super) fn record_answer(&self, now: Reading) -> bool {
        if telemetry::is_quiet() {
            return false;
        }
        let mut state = self.state();
        state.failed.clear();
        state.answered_at = Some(now.monotonic);
        std::mem::take(&mut state.is_logged)
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn is_limited(&self, unanswered_for: Duration, now: Reading) -> bool {
        self.failed.len() >= LIMIT && has_passed(unanswered_for, self.answered_at, now)
    }

    /// Whether a question about this subject may be asked under the limit.
    fn has_place(&self, subject: u64) -> bool {
        let has_failed = |it: &u64| self.failed.contains(it);
        let asking_about_failed = || self.asking.iter().filter(|it| has_failed(it)).count();
        self.asking.len() < LIMIT
            && !self.asking.contains(&subject)
            && (!has_failed(&subject) || asking_about_failed() < LIMIT / 2)
    }
}

/// Whether this much time has passed since `since`. True if `since` is `None`.
fn has_passed(time: Duration, since: Option<Duration>, now: Reading) -> bool {
    since.is_none_or(|since| now.monotonic.saturating_sub(since) >= time)
}

impl Drop for Asking<'_> {
    fn drop(&mut self) {
        let Some(place) = self.1 else { return };
        self.0.state().asking.retain(|it| *it != place);
    }
}

#[cfg(test)]
mod tests;
