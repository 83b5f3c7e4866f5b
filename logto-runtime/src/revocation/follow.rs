//! [`Reader`]: how the task of `task.rs` reads the log of revocations.

use std::time::Duration;

use tokio::time::Instant;

use super::{
    Revocations, ask,
    attached::Attached,
    far_ahead::FarAhead,
    list::List,
    live::Live,
    log::{LogError, Logged},
    record::Record,
    wall_clock::WallClock,
    write::Writer,
};
use crate::clock::Reading;

/// How many times one reading may start again from the beginning of the log. After that, the reading fails.
const RESTARTS: u32 = 3;

const RESTARTED: &str = "was restarted or replaced while lost entries were written back; if this error \
                         stays, see why its server restarts or loses records";

/// What the task remembers between two readings, such as how far it has read the log.
#[derive(Default)]
pub(super) struct Reader {
    /// The position of the newest record that was read.
    pub(super) position: Option<u128>,
    /// In a reading from the start of the log, the entries that were found so far. `None` during other
    /// readings.
    seen: Option<List>,
    /// The position of the newest record at the time when the last reading from the start began.
    newest_at_start: Option<u128>,
    pub(super) live: Live,
    /// The `Head::instance` of the last check. A reading from the start of the log sets this field when the
    /// reading begins.
    pub(super) instance: Option<String>,
    /// The newest beat (sign of life of a process) that was seen.
    pub(super) last_beat: Option<String>,
    /// When a check first found the log without a beat. Reset when the log is read from its start.
    pub(super) without_beat: Option<Reading>,
    /// When the last successful check of the head began.
    pub(super) checked_at: Option<Reading>,
    /// When the last successful read of a page, or the last successful check of the head, began.
    pub(super) asked_at: Option<Reading>,
    wall_clock: WallClock,
    far_ahead: FarAhead,
    pub(super) writer: Writer,
    /// How many times in a row this process has failed to write lost entries back.
    pub(super) heal_failures: u32,
    /// The error of the last try to write lost entries back. Not set if this process lacks the right to write
    /// and does not receive webhooks.
    pub(super) heal_error: Option<LogError>,
    /// When to read the whole log again, and then to try again to write lost entries back.
    pub(super) heal_again_at: Option<Instant>,
    /// Whether a loss was reported. A loss is reported if this process lacks the right to write entries back.
    pub(super) loss_reported: bool,
}

/// What is left to read.
enum Progress {
    /// Nothing is left for this reading.
    Done,
    /// The end of the log is not reached yet.
    More,
    /// The log must be read again from its start.
    Again,
}

impl Reader {
    /// Returns a reader that knows nothing about the log. Its beats differ from those of this reader.
    pub(super) fn renewed(&self) -> Self {
        Self {
            writer: self.writer.renewed(),
            ..Self::default()
        }
    }

    /// Returns the error of the writer, or else `heal_error`. Returns `Ok` if neither is set.
    pub(super) fn write_outcome(&self) -> Result<(), LogError> {
        let error = self.writer.error.as_ref().or(self.heal_error.as_ref());
        error.map_or(Ok(()), |error| Err(error.clone()))
    }

    /// Whether the log has all entries of the list except pending ones, as far as this process knows. Returns
    /// `false` in two cases: the log is being read from its start, or lost entries must be written back.
    pub(super) fn is_up_to_date(&self) -> bool {
        self.seen.is_none() && self.heal_error.is_none() && self.heal_again_at.is_none()
    }

    /// If necessary, reads the log from its start to its end. Otherwise reads new records, and waits up to
    /// `wait` for the first one. After a failure or a pause, `wait` is zero.
    pub(super) async fn read(
        &mut self,
        list: &Revocations,
        attached: &Attached,
        wait: Duration,
    ) -> Result<(), LogError> {
        let heal_is_due = self.heal_again_at.is_some_and(|at| Instant::now() >= at);
        // If the wall clock was set, it may have been wrong until now. Then entries may have been dropped
        // because they seemed too old, or their `not_before` may have been lowered. So read the log again.
        let was_set = self.wall_clock.was_set(list.now());
        if was_set {
            self.far_ahead.clear();
        }
        if (!attached.is_loaded() && self.seen.is_none()) || heal_is_due || was_set {
            self.start_again();
        }
        let mut restarts = 0;
        loop {
            match self.step(list, attached, wait).await? {
                Progress::Done => return Ok(()),
                Progress::More => {}
                Progress::Again if restarts < RESTARTS => restarts += 1,
                Progress::Again => {
                    let reason = "answers with different states; use the address of one server, \
                                  not one that leads to several";
                    return Err(LogError::new(reason));
                }
            }
        }
    }

    /// Reads one page. Then checks the head in four cases:
    ///
    /// - The page is empty, so the end of the log is reached.
    /// - The log is being read from its start, and every record was read that the log had when that began.
    /// - The last successful check is at least two seconds old, or there was none yet.
    /// - There was a failure or a pause before, and the log is not being read from its start.
    async fn step(
        &mut self,
        list: &Revocations,
        attached: &Attached,
        wait: Duration,
    ) -> Result<Progress, LogError> {
        let from_start = self.seen.is_some();
        let after_fault = wait.is_zero() && !from_start;
        let wait = if from_start { Duration::ZERO } else { wait };
        if from_start && self.position.is_none() {
            // If later pages come from a different server, the check at the end of the log sees a different
            // `instance`.
            let head = ask::head(attached).await?;
            (self.instance, self.newest_at_start) = (Some(head.instance), head.last);
        }
        let asked_at = list.now();
        let page = ask::page(attached, self.position, wait).await?;
        let at_end = page.is_empty();
        self.take(list, attached, page);
        self.note_answer(attached, asked_at);
        // Under a constant stream of records, pages are not empty. Beats and losses must still be seen, and a
        // reading from the start must end. After a failure or a pause, the log may have been replaced.
        let read_all = from_start && self.position >= self.newest_at_start;
        let check = at_end || read_all || after_fault || self.check_is_due(list);
        if check && !self.check(list, attached).await? {
            self.start_again();
            return Ok(Progress::Again);
        }
        // `check` may have read many records. `self.asked_at` is then the time at which `check` began, which
        // can be too long ago to end a pause. So another page and another check follow.
        if from_start && !at_end && !read_all {
            return Ok(Progress::More);
        }
        if let Some(seen) = &self.seen {
            list.insert_again(seen);
            attached.set_loaded();
            // Requests need not wait until lost entries are written back.
            if let Some(asked_at) = self.asked_at {
                attached.end_pause(asked_at);
            }
            let lacking = list.lacking_in(seen);
            self.heal(list, attached, lacking).await;
            self.seen = None;
        }
        Ok(Progress::Done)
    }

    /// Reads the records that the log has now, without waiting for more. Fails if the log has lost records,
    /// or if its server was restarted or replaced. The log must then be read from its start.
    pub(super) async fn read_on(
        &mut self,
        list: &Revocations,
        attached: &Attached,
    ) -> Result<(), LogError> {
        let asked_at = list.now();
        let head = ask::head(attached).await?;
        if self.instance.as_ref() != Some(&head.instance) || head.last < self.position {
            return Err(LogError::new(RESTARTED));
        }
        // Under a constant stream of records, pages are not empty. So this loop ends at the position of the
        // head.
        while self.position < head.last {
            let asked_at = list.now();
            let page = ask::page(attached, self.position, Duration::ZERO).await?;
            if page.is_empty() {
                return Err(LogError::new(RESTARTED));
            }
            self.take(list, attached, page);
            self.note_answer(attached, asked_at);
        }
        self.note_answer(attached, asked_at);
        Ok(())
    }

    /// Notes when the log was asked for a page or for its head. The time of the answer is not noted, because
    /// the process may have been stopped between the question and the answer.
    pub(super) fn note_answer(&mut self, attached: &Attached, asked_at: Reading) {
        self.asked_at = Some(asked_at);
        attached.note_progress(asked_at);
    }

    /// Adds the records of a page to the list, and notes their positions.
    pub(super) fn take(&mut self, list: &Revocations, attached: &Attached, page: Vec<Logged>) {
        let (horizon, now) = (list.shared.horizon, list.now_seconds());
        let latest = list.latest_not_before();
        let (mut records, mut unknown) = (Vec::with_capacity(page.len()), Vec::new());
        let mut newest = None;
        for Logged { position, record } in page {
            self.position = Some(position);
            let Some(mut parsed) = Record::parse(&record, latest) else {
                unknown.push(record);
                continue;
            };
            newest = newest.max(Some(parsed.not_before));
            if let Some(seen) = &mut self.seen {
                seen.insert(&parsed.target, parsed.not_before);
            }
            self.far_ahead.lower(position, &mut parsed, latest);
            if !horizon.is_over(parsed.not_before, now) {
                self.live
                    .add(position, horizon.capped(parsed.not_before, now));
            }
            records.push(parsed);
        }
        if self.seen.is_none()
            && let Some(newest) = newest
        {
            // If our clock is ahead, new records seem to be too old to matter. The newest record may have
            // been written just now, so the list takes its time as a possible current time.
            list.may_be(newest.saturating_mul(1_000), list.now());
        }
        list.insert(&records);
        // The unknown records are reported last, because the program's subscriber of log events may block.
        for record in unknown {
            attached.skip(&record);
        }
    }

    /// Whether the log has this entry, or an entry for the same target with a later `not_before`. Call this
    /// method only in a reading from the start of the log.
    pub(super) fn has_seen(&self, record: &Record) -> bool {
        let seen = self.seen.as_ref();
        seen.and_then(|seen| seen.not_before(&record.target)) >= Some(record.not_before)
    }

    pub(super) fn start_again(&mut self) {
        self.position = None;
        self.seen = Some(List::default());
        self.live.clear();
        // The log may now be an older copy with an old beat, perhaps a beat of this process. So forget all
        // beats.
        (self.last_beat, self.without_beat) = (None, None);
        self.writer.forget_beat();
    }
}
