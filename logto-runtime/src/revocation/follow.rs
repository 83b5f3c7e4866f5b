//! The task that reads the log.

use std::{sync::Weak, time::Duration};

use tokio::time::{Instant, sleep};

use super::{
    Revocations, Shared,
    attached::Attached,
    backoff,
    list::List,
    live::Live,
    log::{LogError, Logged},
    record::Record,
    reports::Reports,
    wall_clock::WallClock,
    within::within,
    write::Writer,
};
use crate::clock::Reading;

/// How long a reading waits for a record.
const WAIT: Duration = Duration::from_secs(1);

/// How often the head of the log is checked under a constant stream of records.
const CHECK_EVERY: Duration = Duration::from_secs(2);

/// How many times in a row the log may have to be read from its start. Once more is a failure.
const RESTARTS: u32 = 3;

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
        let heal_fails = reader.heal_error.is_some();
        (reader.writer)
            .write(&list, attached, failures > 0, heal_fails)
            .await;
        attached.still_running(list.now());
        // After a failure, the log may have changed: it is compared at once.
        let wait = if failures == 0 { WAIT } else { Duration::ZERO };
        let mut outcome = reader.read(&list, attached, wait).await;
        if attached.was_paused(list.now()) {
            // The answer may be from before the pause, or the connection may have died in it.
            outcome = reader.read(&list, attached, Duration::ZERO).await;
        }
        failures = match outcome {
            Ok(()) => 0,
            Err(_) => failures.saturating_add(1),
        };
        let now = list.now();
        attached.has_read(now, outcome.and(reader.written()));
        reader.reports.make(&list, attached, now);
        drop(list);
        if failures > 0 {
            sleep(backoff::after(failures)).await;
        }
    }
}

/// Records that the task has ended when it is dropped, for example with its runtime.
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
pub(super) struct Reader {
    position: Option<u128>,
    /// What the log has, while it is read from its start.
    seen: Option<List>,
    live: Live,
    instance: Option<String>,
    /// The beat that was seen last.
    last_beat: Option<String>,
    /// Whether the log was seen without a beat since it was last read from its start.
    without_beat: bool,
    checked_at: Option<Reading>,
    wall_clock: WallClock,
    writer: Writer,
    pub(super) heal_failures: u32,
    pub(super) heal_error: Option<LogError>,
    pub(super) heal_again_at: Option<Instant>,
    pub(super) loss_reported: bool,
    reports: Reports,
}

/// What is left to read.
enum Progress {
    /// The end of the log was reached.
    Done,
    /// The log goes on.
    More,
    /// The log is to be read from its start.
    Again,
}

impl Reader {
    /// Returns why this process can't write.
    fn written(&self) -> Result<(), LogError> {
        let error = self.writer.error.as_ref().or(self.heal_error.as_ref());
        error.map_or(Ok(()), |error| Err(error.clone()))
    }

    /// Reads to the end of the log. Without a record to read, waits for one first.
    async fn read(
        &mut self,
        list: &Revocations,
        attached: &Attached,
        wait: Duration,
    ) -> Result<(), LogError> {
        let heals = self.heal_again_at.is_some_and(|at| Instant::now() >= at);
        // Under a wrong time, entries were dropped as too old, or capped.
        let was_set = self.wall_clock.was_set(list.now());
        if (!attached.is_loaded() && self.seen.is_none()) || heals || was_set {
            self.start_again();
        }
        let mut restarts = 0;
        loop {
            match self.step(list, attached, wait).await? {
                Progress::Done => return Ok(()),
                Progress::More => {}
                Progress::Again if restarts < RESTARTS => restarts += 1,
                Progress::Again => {
                    let reason = "changes its state back and forth; name one server, not several \
                                  behind one name";
                    return Err(LogError::new(reason));
                }
            }
        }
    }

    /// Reads one page. If there is nothing to read, compares the log with what was read.
    async fn step(
        &mut self,
        list: &Revocations,
        attached: &Attached,
        wait: Duration,
    ) -> Result<Progress, LogError> {
        let from_start = self.seen.is_some();
        let wait = if from_start { Duration::ZERO } else { wait };
        let page = self.page(attached, wait).await?;
        let at_end = page.is_empty();
        self.take(list, attached, page);
        // Under a constant stream of records, beats and losses must be seen too.
        let check = at_end || self.is_due(list);
        if check && !self.check(list, attached).await? {
            self.start_again();
            return Ok(Progress::Again);
        }
        if from_start && !at_end {
            return Ok(Progress::More);
        }
        if let Some(seen) = &self.seen {
            attached.set_loaded();
            let lacking = list.lacking_in(seen);
            self.heal(list, attached, lacking).await;
            self.seen = None;
        }
        Ok(Progress::Done)
    }

    async fn page(&self, attached: &Attached, wait: Duration) -> Result<Vec<Logged>, LogError> {
        within(attached.log.read_after(self.position, wait)).await
    }

    /// Reads until nothing is left to read.
    pub(super) async fn read_on(
        &mut self,
        list: &Revocations,
        attached: &Attached,
    ) -> Result<(), LogError> {
        loop {
            let page = self.page(attached, Duration::ZERO).await?;
            if page.is_empty() {
                return Ok(());
            }
            self.take(list, attached, page);
        }
    }

    fn take(&mut self, list: &Revocations, attached: &Attached, page: Vec<Logged>) {
        attached.still_running(list.now());
        let (horizon, now) = (list.shared.horizon, list.now_seconds());
        let mut records = Vec::with_capacity(page.len());
        for Logged { position, record } in page {
            self.position = Some(position);
            let Some(parsed) = Record::parse(&record) else {
                attached.skip(&record);
                continue;
            };
            if !horizon.is_over(parsed.not_before, now) {
                self.live
                    .add(position, horizon.capped(parsed.not_before, now));
            }
            records.push(parsed);
        }
        if let Some(seen) = &mut self.seen {
            for record in &records {
                seen.insert(&record.target, record.not_before);
            }
        }
        list.insert(&records);
    }

    /// Whether the log has this entry, or one of the same target that reaches further.
    pub(super) fn has_seen(&self, record: &Record) -> bool {
        let seen = self.seen.as_ref();
        seen.and_then(|seen| seen.not_before(&record.target)) >= Some(record.not_before)
    }

    /// Compares the head of the log with what was read, and reads the rest. A changed beat confirms that a
    /// process is alive. Returns `false`, and confirms nothing, if the log was emptied or replaced.
    async fn check(&mut self, list: &Revocations, attached: &Attached) -> Result<bool, LogError> {
        let asked = list.now();
        let head = within(attached.log.head()).await?;
        let asked_before = self.checked_at.replace(asked);
        if head.is_new && !attached.is_loaded() {
            attached.found_new();
        }
        let other_run = self
            .instance
            .replace(head.instance.clone())
            .is_some_and(|known| known != head.instance);
        let (horizon, now) = (list.shared.horizon, asked.unix_seconds());
        let oldest = self.live.oldest(|time| horizon.is_over(time, now));
        let begins_later = oldest.is_some_and(|at| head.first.is_none_or(|first| first > at));
        if other_run || begins_later || head.last < self.position {
            return Ok(false);
        }
        // A beat confirms only what was written before it.
        while self.position < head.last {
            let page = self.page(attached, Duration::ZERO).await?;
            if page.is_empty() {
                // It was emptied just now, or this is the state of another server.
                return Ok(false);
            }
            self.take(list, attached, page);
        }
        if head.beat.is_some() && head.beat != self.last_beat {
            let own = self.writer.has_beaten(head.beat.as_deref());
            // A beat that was there at the first look may be that of an older copy of the log.
            let changed = self.without_beat || self.last_beat.is_some();
            if changed && !own {
                attached.accepted_elsewhere();
            }
            // It may also be old, so only a change confirms. Another process wrote it after the look
            // before this one; this process wrote its own before this look.
            if own {
                attached.confirm(asked);
            } else if let (Some(_), Some(before)) = (&self.last_beat, asked_before) {
                attached.confirm(before);
            }
            self.last_beat = head.beat;
        }
        self.without_beat |= self.last_beat.is_none();
        Ok(true)
    }

    fn start_again(&mut self) {
        self.position = None;
        self.seen = Some(List::default());
        self.live.clear();
        // An older copy has an older beat, perhaps one of this process.
        (self.last_beat, self.without_beat) = (None, false);
        self.writer.forget_beat();
    }

    /// Whether the head of the log must be checked again.
    fn is_due(&self, list: &Revocations) -> bool {
        let checked_at = self.checked_at;
        checked_at.is_none_or(|last| list.now().since(last) >= CHECK_EVERY)
    }
}
