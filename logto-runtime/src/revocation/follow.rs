//! The task that reads the log.

use std::{sync::Weak, time::Duration};

use tokio::time::sleep;

use super::{
    Revocations, Shared,
    attached::{Attached, SILENT, within},
    list::List,
    log::{LogError, Logged},
    record::Record,
};
use crate::{clock::Reading, telemetry};

/// How long a reading waits for a record.
const WAIT: Duration = Duration::from_secs(1);

/// How often a process that receives webhooks says that it is alive.
const BEAT_EVERY: Duration = Duration::from_secs(5);

/// The longest time between two failures.
const LONGEST_BACKOFF: Duration = Duration::from_secs(2);

/// Reads the log until the list is dropped.
pub(super) async fn follow(list: Weak<Shared>) {
    let _end = End(list.clone());
    let mut reader = Reader::default();
    let mut failures = 0_u32;
    while let Some(shared) = list.upgrade() {
        let list = Revocations { shared };
        let Some(attached) = &list.shared.attached else {
            return;
        };
        let outcome = reader.read(&list, attached).await;
        failures = match outcome {
            Ok(()) => 0,
            Err(_) => failures.saturating_add(1),
        };
        let now = list.now();
        attached.has_read(now, outcome);
        reader.report_silence(attached, now);
        drop(list);
        if failures > 0 {
            // A quarter of a second, doubling. Half of it is random, so that replicas do not come back
            // all at once.
            let longest = Duration::from_millis(250 << failures.min(3)).min(LONGEST_BACKOFF);
            sleep(longest / 2 + longest.mul_f64(random() / 2.0)).await;
        }
    }
}

/// Says that nothing is read any more when the task ends, for example because its runtime does.
struct End(Weak<Shared>);

impl Drop for End {
    fn drop(&mut self) {
        if let Some(shared) = self.0.upgrade() {
            if let Some(attached) = &shared.attached {
                attached.set_ended();
            }
            shared.changes.send_replace(());
        }
    }
}

/// Where the task is in the log.
#[derive(Default)]
struct Reader {
    position: Option<String>,
    /// What the log has, while it is read from its start.
    seen: Option<List>,
    instance: Option<String>,
    /// The beat that was seen last.
    last_beat: Option<String>,
    beaten_at: Option<Reading>,
    checked_at: Option<Reading>,
    beats: u64,
    /// The last beat of this process itself.
    own_beat: Option<String>,
    started_at: Option<Reading>,
    silence_reported: bool,
}

impl Reader {
    /// Reads one page. If there is nothing to read, compares the log with what was read.
    async fn read(&mut self, list: &Revocations, attached: &Attached) -> Result<(), LogError> {
        attached.send().await?;
        self.beat(list, attached).await?;
        if !attached.is_loaded() && self.seen.is_none() {
            self.start_again();
        }
        let wait = match self.seen {
            Some(_) => Duration::ZERO,
            None => WAIT,
        };
        let page = self.page(attached, wait).await?;
        if !page.is_empty() {
            self.take(list, attached, page);
            // Under a constant stream of records, beats must be seen too.
            if !self.is_due(self.checked_at, WAIT * 2, list) {
                return Ok(());
            }
            return self.check(list, attached, false).await;
        }
        if let Some(seen) = self.seen.take() {
            let lacking = list.lacking_in(&seen);
            if !lacking.is_empty() {
                // At most one of many replicas should write what the log has lost.
                sleep(Duration::from_secs(1).mul_f64(random() / 2.0)).await;
                telemetry::revocations_written_back(lacking.len());
                attached.keep(lacking.iter().map(|record| record.to_line("healed")));
                attached.send().await?;
            }
            self.check(list, attached, false).await?;
            attached.set_loaded();
            return Ok(());
        }
        self.check(list, attached, true).await
    }

    /// Says that a process that receives webhooks is alive, or once that the log is accepted.
    ///
    /// The first look at the log must not find a beat of this process itself. A beat says that the log
    /// is known to somebody, so a new log gets the first one when it is accepted.
    async fn beat(&mut self, list: &Revocations, attached: &Attached) -> Result<(), LogError> {
        if !attached.is_loaded() || attached.waits_for_acceptance() {
            return Ok(());
        }
        let alive = attached.receives() && self.is_due(self.beaten_at, BEAT_EVERY, list);
        if alive || attached.tells_acceptance() {
            self.beats += 1;
            let value = format!("{:016x}-{}", list.shared.id, self.beats);
            within(attached.log.beat(&value)).await?;
            attached.has_told();
            self.own_beat = Some(value);
            self.beaten_at = Some(list.now());
        }
        Ok(())
    }

    async fn page(&self, attached: &Attached, wait: Duration) -> Result<Vec<Logged>, LogError> {
        let position = self.position.as_deref();
        within(attached.log.read_after(position, wait)).await
    }

    fn take(&mut self, list: &Revocations, attached: &Attached, page: Vec<Logged>) {
        let mut records = Vec::with_capacity(page.len());
        for Logged { position, record } in page {
            match Record::parse(&record) {
                Some(parsed) => records.push(parsed),
                None => attached.skip(&record),
            }
            self.position = Some(position);
        }
        if let Some(seen) = &mut self.seen {
            for record in &records {
                seen.insert(&record.target, record.not_before);
            }
        }
        list.insert(&records);
    }

    /// Looks at the head of the log. `at_end` says that the last reading found nothing.
    async fn check(
        &mut self,
        list: &Revocations,
        attached: &Attached,
        at_end: bool,
    ) -> Result<(), LogError> {
        // A beat confirms the moment before the question: what follows it may be lost.
        let asked = list.now();
        let head = within(attached.log.head()).await?;
        self.checked_at = Some(asked);
        if head.is_new && !attached.is_loaded() {
            attached.found_new();
        }
        let other_run = self
            .instance
            .replace(head.instance.clone())
            .is_some_and(|known| known != head.instance);
        let elsewhere = at_end && head.last != self.position && {
            let page = self.page(attached, Duration::ZERO).await?;
            let behind = page.is_empty();
            self.take(list, attached, page);
            behind
        };
        if other_run || elsewhere {
            // The log was emptied, restored or replaced. Nothing is confirmed by what is left of it.
            self.start_again();
            return Ok(());
        }
        if head.beat.is_some() && head.beat != self.last_beat {
            if head.beat != self.own_beat {
                attached.accepted_elsewhere();
            }
            // The first one may be old. Only a change says that somebody is alive, or the beat that this
            // process has just written.
            if self.last_beat.is_some() || head.beat == self.own_beat {
                attached.confirm(asked);
            }
            self.last_beat = head.beat;
        }
        Ok(())
    }

    fn start_again(&mut self) {
        self.position = None;
        self.seen = Some(List::default());
    }

    fn is_due(&self, last: Option<Reading>, every: Duration, list: &Revocations) -> bool {
        last.is_none_or(|last| list.now().since(last) >= every)
    }

    fn report_silence(&mut self, attached: &Attached, now: Reading) {
        let started = *self.started_at.get_or_insert(now);
        let heard = attached.silent_for(now);
        let silent_for = heard.unwrap_or_else(|| now.since(started));
        telemetry::revocations_silent_for(silent_for);
        let silent = silent_for > SILENT;
        if silent != self.silence_reported {
            self.silence_reported = silent;
            match silent {
                true => telemetry::revocations_silent(),
                false => telemetry::revocations_heard(),
            }
        }
    }
}

/// Returns a number from 0 to 1.
fn random() -> f64 {
    use std::hash::{BuildHasher, RandomState};
    let bits = RandomState::new().hash_one(0_u8) >> 11;
    bits as f64 / (1_u64 << 53) as f64
}
