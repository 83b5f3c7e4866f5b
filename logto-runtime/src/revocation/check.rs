//! How the task in `task.rs` checks the head of the log of revocations. The head is the state that
//! `RevocationLog::head` returns. A check shows whether the log has lost records. It also shows whether a
//! process that receives webhooks is alive.

use std::time::Duration;

use super::{Revocations, ask, attached::Attached, follow::Reader, log::LogError};
use crate::clock::Reading;

/// How often the head is checked under a constant stream of records.
const CHECK_EVERY: Duration = Duration::from_secs(2);

/// A beat, the sign of life of a process, is normally younger than this when the log stores it. The process
/// gets two seconds to learn the time of the log, and two seconds to write the beat.
const BEAT_TAKES: Duration = Duration::from_secs(5);

/// A beat that differs from the beat of the previous check.
struct Heard {
    beat: String,
    /// The age of the beat; `None` if this process has written the beat, or if the log does not know the age.
    age: Option<Duration>,
    /// When the log was asked for the age.
    now: Reading,
    /// When this check began.
    this_check: Reading,
    /// When the previous successful check began.
    previous_check: Option<Reading>,
}

impl Reader {
    /// Compares the head of the log with the records that were read. Then reads on, at least up to the last
    /// record that the head names. Then notes the beat, if it has changed.
    ///
    /// Returns `false` if the log has lost records, or if its server was restarted or replaced. The beat is
    /// then not noted, and the log must be read from its start.
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
        // A beat says that all entries of its process are in the log. These must be read before the beat
        // counts.
        while self.position < head.last {
            let asked_at = list.now();
            let page = ask::page(attached, self.position, Duration::ZERO).await?;
            if page.is_empty() {
                // The log was emptied just now, or the head is that of a different server.
                return Ok(false);
            }
            self.take(list, attached, page);
            self.note_answer(attached, asked_at);
        }
        let changed = head
            .beat
            .filter(|beat| self.last_beat.as_ref() != Some(beat));
        let now = list.now();
        let age = match &changed {
            Some(beat) if !self.writer.has_beaten(Some(beat)) => {
                ask::beat_age(attached, beat).await?
            }
            _ => None,
        };
        // A check that ends before this line does not count.
        self.instance = Some(head.instance);
        self.note_answer(attached, this_check);
        let previous_check = self.checked_at.replace(this_check);
        if let Some(beat) = changed {
            let heard = Heard {
                beat,
                age,
                now,
                this_check,
                previous_check,
            };
            self.hear(attached, heard);
        } else if self.last_beat.is_none() {
            self.without_beat.get_or_insert(this_check);
        }
        Ok(true)
    }

    /// Notes a beat that differs from the beat of the previous check. The beat shows when a process was
    /// alive:
    ///
    /// - If this process has written the beat: at this check.
    /// - If another process has written the beat: after the previous check, or earlier if the log knows that
    ///   the beat is older. The first beat that is seen does not show a time.
    fn hear(&mut self, attached: &Attached, heard: Heard) {
        let now = heard.now;
        if self.writer.has_beaten(Some(&heard.beat)) {
            attached.confirm(heard.this_check, now);
        } else {
            // The first beat that is seen may come from an older copy of the log.
            let previous = self.last_beat.as_ref().and(heard.previous_check);
            let is_new = |since: Reading| {
                heard
                    .age
                    .is_none_or(|age| age < now.since(since).saturating_add(BEAT_TAKES))
            };
            if previous.is_some_and(is_new) || self.without_beat.is_some_and(is_new) {
                attached.accepted_elsewhere();
            }
            if let Some(previous) = previous {
                let late = heard.age.filter(|age| *age > now.since(previous));
                attached.confirm(late.map_or(previous, |age| before(now, age)), now);
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

/// Returns `now` with `age` subtracted from both clocks.
fn before(now: Reading, age: Duration) -> Reading {
    let millis = i64::try_from(age.as_millis()).unwrap_or(i64::MAX);
    Reading {
        monotonic: now.monotonic.saturating_sub(age),
        wall_millis: now.wall_millis.saturating_sub(millis),
    }
}
