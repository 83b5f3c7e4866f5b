//! The task that reads and writes the log of revocations. The task ends when all clones of the
//! [`Revocations`] are dropped.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::Weak,
    time::Duration,
};

use futures_util::FutureExt as _;
use tokio::time::sleep;

use super::{
    Revocations, Shared, backoff, follow::Reader, log::LogError, reports::Reports, stops::Stops,
};
use crate::telemetry;

/// The longest time for which a reading waits for a new record.
const WAIT: Duration = Duration::from_secs(1);

/// Returns the task that reads and writes the log until the list is dropped.
///
/// The end of the task is noted even if the runtime ends before it has polled the task.
pub(super) fn follow(list: Weak<Shared>) -> impl Future<Output = ()> + Send + 'static {
    let end = End(list.clone());
    async move {
        let _end = end;
        read_again_after_panics(list).await;
    }
}

/// Reads and writes the log until the list is dropped. If a reading panics, for example in a `RevocationLog`
/// of another crate, reads the log again, from its start.
async fn read_again_after_panics(list: Weak<Shared>) {
    let (mut reader, mut reports, mut panics) = (Reader::default(), Reports::default(), 0_u32);
    let mut stops = Stops::default();
    loop {
        let reading = AssertUnwindSafe(read_until_dropped(
            &list,
            &mut reader,
            &mut stops,
            &mut reports,
        ));
        if reading.catch_unwind().await.is_ok() {
            return;
        }
        reader = reader.renewed();
        // The program's recorder of metrics may have caused the panic, and may panic again here. The task
        // must go on.
        let noting = AssertUnwindSafe(|| note_panic(&list, &mut stops, &mut reports));
        drop(catch_unwind(noting));
        panics = panics.saturating_add(1);
        let Some(shared) = list.upgrade() else { return };
        // A stop during this wait counts, too.
        let wait = sleep(backoff::after(panics));
        stops.during(&Revocations { shared }, wait).await;
    }
}

/// Notes that a reading has panicked.
fn note_panic(list: &Weak<Shared>, stops: &mut Stops, reports: &mut Reports) {
    if let Some(shared) = list.upgrade() {
        let list = Revocations { shared };
        if let Some(attached) = &list.shared.attached {
            let (now, outcome) = (list.now(), Err(LogError::panicked()));
            // After a pause, requests wait until the log has been read. A single panic does not end their
            // wait.
            let over = stops.panicked(attached, now);
            attached.end_reading(over.then_some(now), outcome);
            telemetry::revocations_panicked();
            reports.update(&list, attached, now);
        }
    }
}

async fn read_until_dropped(
    list: &Weak<Shared>,
    reader: &mut Reader,
    stops: &mut Stops,
    reports: &mut Reports,
) {
    reader.start_again();
    let mut failures = 0_u32;
    while let Some(shared) = list.upgrade() {
        let list = Revocations { shared };
        let Some(attached) = &list.shared.attached else {
            return;
        };
        // A beat, a sign of life, says that the log has everything that this process has received. After a
        // failure or a pause, the process does not know whether this is true. So it does not write a beat.
        let may_beat = failures == 0 && reader.is_up_to_date() && !attached.was_paused(list.now());
        let write = (reader.writer).write(&list, attached, failures > 0, may_beat);
        stops.during(&list, write).await;
        // After a failure or a pause, the log may have been replaced. Its head, the state of the log, shows
        // this. So the next reading does not wait: such a reading always checks the head.
        let waits = failures == 0 && !attached.was_paused(list.now());
        let mut wait = if waits { WAIT } else { Duration::ZERO };
        let (outcome, tried_at, stopped_for) = loop {
            let tried_at = list.now();
            stops.begin_try();
            let outcome = stops
                .during(&list, reader.read(&list, attached, wait))
                .await;
            let stopped_for = stops.end_try();
            // If a pause of the process began during this try, reads again. The answer may be from before the
            // pause, or a connection may have died during the pause.
            if attached.was_paused(tried_at) || !attached.was_paused(list.now()) {
                break (outcome, tried_at, stopped_for);
            }
            stops.ignore_try(stopped_for);
            wait = Duration::ZERO;
        };
        failures = match outcome {
            Ok(()) => 0,
            Err(_) => failures.saturating_add(1),
        };
        let now = stops.felt_at().unwrap_or(tried_at);
        let progress = match outcome {
            Ok(()) => {
                stops.succeeded(stopped_for);
                // The time at which the log was asked counts. The process may have been paused before it got
                // the answer.
                Some(reader.asked_at.unwrap_or(tried_at))
            }
            // After a stop or a pause, one failure does not show yet that the log is out of reach.
            Err(_) => stops
                .failed(attached, tried_at, now, stopped_for)
                .then_some(now),
        };
        attached.end_reading(progress, outcome.and(reader.write_outcome()));
        reports.update(&list, attached, list.now());
        if failures > 0 {
            // After a pause, requests wait for the next try, so the task waits only briefly.
            let failures = if attached.was_paused(now) {
                1
            } else {
                failures
            };
            stops.during(&list, sleep(backoff::after(failures))).await;
        }
    }
}

/// When this value is dropped, notes that the task has ended, and wakes everybody who waits for the task. The
/// value is also dropped if the runtime ends before the task.
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
