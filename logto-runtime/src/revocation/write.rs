//! Writes to the log of revocations, in the task that also reads it.

use std::{panic::AssertUnwindSafe, time::Duration};

use futures_util::FutureExt as _;
use tokio::time::Instant;

use super::{Revocations, attached::Attached, backoff, log::LogError, within::within};
use crate::{clock::Reading, telemetry};

/// How often a process that receives webhooks writes a beat, its sign of life.
const BEAT_EVERY: Duration = Duration::from_secs(5);

/// The beats that this process has written, and its failures to write.
#[derive(Default)]
pub(super) struct Writer {
    beats: u64,
    beaten_at: Option<Reading>,
    /// The newest beat that this process has written; `None` after [`forget_beat`](Self::forget_beat).
    own_beat: Option<String>,
    /// How many times in a row writing has failed.
    failures: u32,
    pub(super) error: Option<LogError>,
    /// When to try again after a failure.
    again_at: Option<Instant>,
}

impl Writer {
    /// Returns a writer that knows nothing about the log. The new writer goes on counting the beats, so its
    /// beats differ from those of this writer.
    pub(super) fn renewed(&self) -> Self {
        Self {
            beats: self.beats,
            ..Self::default()
        }
    }

    /// Writes the records that are not in the log yet, and a beat if one is due. A failure or a panic does
    /// not stop the reading of the log.
    ///
    /// After a failure, does nothing until a back-off has passed. If readings fail too, does not wait for the
    /// back-off, because the task itself waits before each reading.
    ///
    /// A beat says that all entries that this process has received are in the log. So this process does not
    /// write beats while entries cannot be appended. `may_beat` says that the log has all entries of the
    /// list, as far as the caller knows.
    pub(super) async fn write(
        &mut self,
        list: &Revocations,
        attached: &Attached,
        readings_fail: bool,
        may_beat: bool,
    ) {
        let again_later = self.again_at.is_some_and(|at| Instant::now() < at);
        if again_later && !readings_fail {
            return;
        }
        let writing = AssertUnwindSafe(self.try_write(list, attached, may_beat));
        self.error = match writing.catch_unwind().await {
            Ok(outcome) => outcome.err(),
            Err(_) => {
                telemetry::revocations_panicked();
                Some(LogError::panicked())
            }
        };
        (self.failures, self.again_at) = match self.error {
            None => (0, None),
            Some(_) => {
                let failures = self.failures.saturating_add(1);
                (failures, Some(Instant::now() + backoff::after(failures)))
            }
        };
    }

    async fn try_write(
        &mut self,
        list: &Revocations,
        attached: &Attached,
        may_beat: bool,
    ) -> Result<(), LogError> {
        attached.pending.send_unless_sending(&*attached.log).await?;
        if !may_beat || attached.pending.is_late() {
            return Ok(());
        }
        self.beat(list, attached).await
    }

    /// Writes a beat if one is due. A process that receives webhooks writes one every [`BEAT_EVERY`], but not
    /// while a webhook is overdue. A process that has accepted a new log writes one beat to tell the others.
    ///
    /// Other processes take every beat as a sign that the log has been accepted. So this process writes a beat
    /// only after it has read the log and, if the log is new, after somebody has accepted it.
    async fn beat(&mut self, list: &Revocations, attached: &Attached) -> Result<(), LogError> {
        if !attached.is_loaded() || attached.waits_for_acceptance() {
            return Ok(());
        }
        let tells_acceptance = attached.must_tell_acceptance();
        let reached = attached.receives() && !list.shared.called.is_overdue(list.now());
        if (reached && self.beat_is_due(list)) || tells_acceptance {
            self.beats += 1;
            let value = format!("{:016x}-{}", list.shared.id, self.beats);
            within(attached.log.beat(&value)).await?;
            attached.set_told();
            if tells_acceptance {
                telemetry::revocations_accepted_here();
            }
            self.own_beat = Some(value);
            self.beaten_at = Some(list.now());
        }
        Ok(())
    }

    fn beat_is_due(&self, list: &Revocations) -> bool {
        let beaten_at = self.beaten_at;
        beaten_at.is_none_or(|last| list.now().since(last) >= BEAT_EVERY)
    }

    /// Whether `beat` is the newest beat that this process has written. Forgotten beats do not count.
    pub(super) fn has_beaten(&self, beat: Option<&str>) -> bool {
        beat.is_some() && beat == self.own_beat.as_deref()
    }

    /// Forgets the newest beat of this process. The log may have been replaced, so the next beat is due at
    /// once.
    pub(super) fn forget_beat(&mut self) {
        (self.own_beat, self.beaten_at) = (None, None);
    }
}
