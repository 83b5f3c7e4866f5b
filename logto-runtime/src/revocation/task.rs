//! The task that reads and writes the log of revocations. It ends when all clones of the [`Revocations`] are
//! dropped.

use std::{panic::AssertUnwindSafe, sync::Weak, time::Duration};

use futures_util::FutureExt as _;
use tokio::time::sleep;

use super::{
    Revocations, Shared, backoff, follow::Reader, log::LogError, pulse::Pulse, reports::Reports,
};
use crate::telemetry;

/// The longest time for which a reading waits for a new record.
const WAIT: Duration = Duration::from_secs(1);

/// The greatest number of readings in a row because of a pause. A log can have two connections. Both may have
/// died during the pause, and each reading notices only one of them.
const TRIES: u32 = 3;

/// Reads and writes the log until the list is dropped. A `RevocationLog` of another crate may panic. The task
/// then reads the log again, from its start.
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
                    attached.end_reading(Some(now), outcome);
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
    let (mut failures, mut pulse) = (0_u32, Pulse::default());
    while let Some(shared) = list.upgrade() {
        let list = Revocations { shared };
        let Some(attached) = &list.shared.attached else {
            return;
        };
        // A beat says that the log has everything that this process has received. After a failure or a pause,
        // this process does not know that, so it does not write a beat.
        let may_beat = failures == 0 && reader.is_up_to_date() && !attached.was_paused(list.now());
        let write = (reader.writer).write(&list, attached, failures > 0, may_beat);
        pulse.during(&list, write).await;
        // After a failure, the log may have been replaced. Without a wait, the reading checks the head.
        let mut wait = if failures == 0 { WAIT } else { Duration::ZERO };
        let mut tries = 0;
        let (outcome, tried_at) = loop {
            let tried_at = list.now();
            let outcome = pulse
                .during(&list, reader.read(&list, attached, wait))
                .await;
            tries += 1;
            // After a pause, reads again. The answer may be from before the pause, or a connection may have
            // died during the pause.
            let read_again = tries > 1 && outcome.is_ok();
            if read_again || tries == TRIES || !attached.was_paused(list.now()) {
                break (outcome, tried_at);
            }
            wait = Duration::ZERO;
        };
        let stopped = pulse.take_stop();
        failures = match outcome {
            Ok(()) => 0,
            Err(_) => failures.saturating_add(1),
        };
        let progress = match outcome {
            // The time of the question counts. The process may have been paused before it got the answer.
            Ok(()) => Some(reader.asked_at.unwrap_or(tried_at)),
            // The process was not stopped, so the log is out of reach.
            Err(_) if !stopped => Some(tried_at),
            // The stop of the process may be the reason, so this reading does not end a pause.
            Err(_) => None,
        };
        attached.end_reading(progress, outcome.and(reader.write_outcome()));
        reports.update(&list, attached, list.now());
        if failures > 0 {
            pulse.during(&list, sleep(backoff::after(failures))).await;
        }
    }
}

/// When this value is dropped, notes that the task has ended. The end of the runtime drops it, too.
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
