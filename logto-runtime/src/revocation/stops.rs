//! [`Stops`]: whether the log of revocations was read after the last stop of the process (see `pulse.rs`).
//!
//! Several stops count as one pause if nothing was read between them. After a stop, one failure does not
//! show yet that the log is out of reach (see `failing.rs`). A panic, for example in a `RevocationLog` of
//! another crate, counts as such a failure.

use std::time::Duration;

use super::{Revocations, attached::Attached, failing::Failing, pulse::Pulse};
use crate::clock::Reading;

/// What the task that reads the log knows about stops. A panic of a reading does not change it.
#[derive(Default)]
pub(super) struct Stops {
    pulse: Pulse,
    failing: Failing,
    /// Whether the process was stopped after the last question that the log has answered. `false` once the
    /// log was found out of reach.
    unread: bool,
}

impl Stops {
    /// Waits for `future`, and notices stops of the process.
    pub(super) async fn during<T>(
        &mut self,
        list: &Revocations,
        future: impl Future<Output = T>,
    ) -> T {
        self.pulse.during(list, future).await
    }

    /// Notes stops before a try to read the log.
    pub(super) fn begin_try(&mut self) {
        let stopped_for = self.end_try();
        self.failing.note_stop(stopped_for);
    }

    /// Returns for how long the process was stopped during a try.
    pub(super) fn end_try(&mut self) -> Duration {
        let stopped_for = self.pulse.take_stop();
        self.unread |= !stopped_for.is_zero();
        stopped_for
    }

    /// Notes a try whose outcome does not count, because the process was paused during the try.
    pub(super) fn ignore_try(&mut self, stopped_for: Duration) {
        self.failing.note_stop(stopped_for);
    }

    /// Notes a try that has read the log.
    pub(super) fn succeeded(&mut self, stopped_for: Duration) {
        // The log may have been asked before the stop. Then the answer may be from before the stop, too.
        (self.failing, self.unread) = (Failing::default(), !stopped_for.is_zero());
        self.failing.note_stop(stopped_for);
    }

    /// Notes a try that has failed. Returns whether the log is out of reach.
    pub(super) fn failed(
        &mut self,
        attached: &Attached,
        began_at: Reading,
        now: Reading,
        stopped_for: Duration,
    ) -> bool {
        if !self.unread && !attached.was_paused(now) {
            return true;
        }
        let out_of_reach = self.failing.note(began_at, now, stopped_for);
        self.unread &= !out_of_reach;
        out_of_reach
    }

    /// Notes a try that has panicked. Returns whether the log is out of reach.
    pub(super) fn panicked(&mut self, attached: &Attached, now: Reading) -> bool {
        self.pulse.feel(now);
        let stopped_for = self.end_try();
        self.failed(attached, now, now, stopped_for)
    }

    /// Returns when the time was last read.
    pub(super) fn felt_at(&self) -> Option<Reading> {
        self.pulse.felt_at()
    }
}
