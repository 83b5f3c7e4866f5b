//! How the task that reads the log checks the head of the log (the state that `RevocationLog::head` returns): whether
//! records were lost, and whether a process that receives webhooks is alive.

use std::time::Duration;

use super::{Revocations, ask, attached::Attached, follow::Reader, log::LogError};
use crate::clock::Reading;

/// How often the head is checked under a constant stream of records.
const CHECK_EVERY: Duration = Duration::from_secs(2);

/// A beat that differs from the one before.
struct Heard {
    beat: String,
    /// When it was written, if the log knows that.
    written_at: Option<Reading>,
    this_check: Reading,
    /// When the check before this one began.
    previous_check: Option<Reading>,
}

impl Reader {
    /// Compares the head of the log with what was read, and reads up to the last record that the head names.
    /// A changed beat then confirms that a process is alive.
    ///
    /// Returns `false`, and confirms nothing, if the log has lost records or its server was restarted. The
    /// log must then be read from its start.
    pub(super) async fn check(
        &mut self,
        list: &Revocations,
        attached: &Attached,
    ) -> Result<bool, LogError> {
        let this_check = list.now();
        let head = ask::head(attached).await?;
        if head.is_new && !attached.is_loaded() {
            attached.set_new();
        }
        let other_run = self
            .instance
            .as_ref()
            .is_some_and(|run| *run != head.instance);
        let (horizon, now) = (list.shared.horizon, this_check.unix_seconds());
        let oldest = self.live.oldest(|time| horizon.is_over(time, now));
        let begins_later = oldest.is_some_and(|at| head.first.is_none_or(|first| first > at));
        if other_run || begins_later || head.last < self.position {
            self.instance = Some(head.instance);
            return Ok(false);
        }
        // A beat says that all earlier records are in the log. They must be read before the beat counts.
        while self.position < head.last {
            let asked_at = list.now();
            let page = ask::page(attached, self.position, Duration::ZERO).await?;
            if page.is_empty() {
                // The log was emptied just now, or the head is that of another server.
                return Ok(false);
            }
            self.take(list, attached, page);
            self.note_answer(attached, asked_at);
        }
        let changed = head
            .beat
            .filter(|beat| self.last_beat.as_ref() != Some(beat));
        let written_at = match &changed {
            Some(beat) if !self.writer.has_beaten(Some(beat)) => {
                ask::written_at(attached, beat, list.now()).await?
            }
            _ => None,
        };
        // A check that fails before this line does not count.
        self.instance = Some(head.instance);
        self.note_answer(attached, this_check);
        let previous_check = self.checked_at.replace(this_check);
        if let Some(beat) = changed {
            let heard = Heard {
                beat,
                written_at,
                this_check,
                previous_check,
            };
            self.hear(attached, heard, list.now());
        } else if self.last_beat.is_none() {
            self.without_beat.get_or_insert(this_check);
        }
        Ok(true)
    }

    /// Notes a beat that differs from the one before.
    ///
    /// A beat may be old, so only a changed beat shows that a process is alive. If this process wrote the beat, this
    /// process is alive now. If another process wrote the beat, that process was alive after the previous check, unless
    /// the log says that the beat was written earlier, and only reached the log now.
    fn hear(&mut self, attached: &Attached, heard: Heard, now: Reading) {
        if self.writer.has_beaten(Some(&heard.beat)) {
            attached.confirm(heard.this_check, now);
        } else {
            // A beat that was there at the first check may come from an older copy of the log.
            let previous = self.last_beat.as_ref().and(heard.previous_check);
            let is_new = |since: Reading| heard.written_at.is_none_or(|at| is_after(at, since));
            if previous.is_some_and(is_new) || self.without_beat.is_some_and(is_new) {
                attached.accepted_elsewhere();
            }
            if let Some(previous) = previous {
                let earlier = heard.written_at.filter(|at| !is_after(*at, previous));
                attached.confirm(earlier.unwrap_or(previous), now);
            }
        }
        self.last_beat = Some(heard.beat);
    }

    /// Whether the head of the log must be checked again.
    pub(super) fn check_is_due(&self, list: &Revocations) -> bool {
        let checked_at = self.checked_at;
        checked_at.is_none_or(|last| list.now().since(last) >= CHECK_EVERY)
    }
}

/// Whether both clocks showed more at `reading` than at `other`.
fn is_after(reading: Reading, other: Reading) -> bool {
    reading.monotonic > other.monotonic && reading.wall_millis > other.wall_millis
}
