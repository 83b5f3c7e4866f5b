//! The task that reads the log of revocations, and writes to it, until the [`Revocations`] is dropped.

use std::{panic::AssertUnwindSafe, sync::Weak, time::Duration};

use futures_util::FutureExt as _;
use tokio::time::sleep;

use super::{Revocations, Shared, backoff, follow::Reader, log::LogError, reports::Reports};
use crate::telemetry;

/// How long a reading waits for a new record.
const WAIT: Duration = Duration::from_secs(1);

/// Reads the log until the list is dropped. After a panic, which a `RevocationLog` of another crate may
/// cause, starts again from the beginning of the log.
pub(super) async fn follow(list: Weak<Shared>) {
    let _end = End(list.clone());
    let (mut reader, mut reports, mut panics) = (Reader::default(), Reports::default(), 0_u32);
    loop {
        let reading = AssertUnwindSafe(read_until_dropped(&list, &mut reader, &mut reports));
        if reading.catch_unwind().await.is_ok() {
            return;
        }
        telemetry::revocations_panicked();
        reader = reader.renewed();
        if let Some(shared) = list.upgrade() {
            let list = Revocations { shared };
            if let Some(attached) = &list.shared.attached {
                let (now, outcome) = (list.now(), Err(LogError::panicked()));
                // After a pause, requests wait until the log has been read. A panic must not end their wait.
                if attached.was_paused(now) {
                    attached.note_outcome(outcome);
                } else {
                    attached.end_reading(now, outcome);
                }
                reports.update(&list, attached, now);
            }
        }
        panics = panics.saturating_add(1);
        sleep(backoff::after(panics)).await;
    }
}

async fn read_until_dropped(list: &Weak<Shared>, reader: &mut Reader, reports: &mut Reports) {
    reader.start_again();
    let mut failures = 0_u32;
    while let Some(shared) = list.upgrade() {
        let list = Revocations { shared };
        let Some(attached) = &list.shared.attached else {
            return;
        };
        // While this process does not know what the log has, it does not beat.
        let may_beat = failures == 0 && reader.is_up_to_date() && !attached.was_paused(list.now());
        (reader.writer)
            .write(&list, attached, failures > 0, may_beat)
            .await;
        // After a failure, the log may have been replaced, so the reading does not wait, and checks the head.
        let wait = if failures == 0 { WAIT } else { Duration::ZERO };
        let mut outcome = reader.try_read(&list, attached, wait).await;
        // If the last try of this reading fails, this time counts, unless the process was stopped during that try: then
        // the time before the first stop counts. A pause after this line is then still noticed.
        let progress = list.now();
        if attached.was_paused(progress) {
            // What was read may be from before the pause, or the connection may have died during the pause.
            outcome = reader.try_read(&list, attached, Duration::ZERO).await;
        }
        // The answer may have waited during a pause, so the time of the question counts.
        let asked_at = match outcome {
            Ok(()) => reader.asked_at.unwrap_or(progress),
            Err(_) => reader.stopped_at.unwrap_or(progress),
        };
        failures = match outcome {
            Ok(()) => 0,
            Err(_) => failures.saturating_add(1),
        };
        attached.end_reading(asked_at, outcome.and(reader.write_outcome()));
        reports.update(&list, attached, list.now());
        drop(list);
        if failures > 0 {
            sleep(backoff::after(failures)).await;
        }
    }
}

/// Notes, when it is dropped, that the task has ended, for example because the runtime was dropped.
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
