//! The time of a delivery is far ahead, because Logto's clock was wrong. The delivery arrives again, and its
//! record is read again.

use std::{
    sync::{
        Arc, PoisonError,
        atomic::{AtomicI64, Ordering},
    },
    time::Duration,
};

use super::{
    super::{
        Revocations,
        follow::Reader,
        record::Record,
        webhook::{meaning::Handling, replay::Replayed},
    },
    Horizon, Target,
    clock_behind::list_with_record,
};
use crate::{
    clock::{Clock, Reading},
    revocation::called::Called,
};

const NOW: i64 = 1_800_000_000;
const HOUR: i64 = 3_600;
const DAY: i64 = 24 * HOUR;

/// An entry is kept for this number of seconds.
const KEPT: i64 = 4_800;

/// The `not_before` of a deletion at the end of the year 9999.
const FAR: i64 = 253_402_300_799 + 11;

/// A wall clock that the test sets. It starts at [`NOW`].
#[derive(Clone)]
struct Wall(Arc<AtomicI64>);

impl Wall {
    fn start() -> (Self, Clock) {
        let wall = Self(Arc::new(AtomicI64::new(NOW)));
        let of_clock = wall.clone();
        let clock = Clock::reading(move || {
            let seconds = of_clock.0.load(Ordering::Relaxed);
            Reading {
                monotonic: Duration::from_secs((seconds - NOW + 10 * DAY).unsigned_abs()),
                wall_millis: seconds * 1_000,
            }
        });
        (wall, clock)
    }

    fn set(&self, seconds: i64) {
        self.0.store(seconds, Ordering::Relaxed);
    }
}

fn list_in_memory(clock: Clock) -> Revocations {
    let horizon = Horizon::new(Duration::from_secs(3_600));
    let called = Called::new(None);
    Revocations::new(
        "https://t.logto.app",
        horizon,
        Handling::default(),
        clock,
        called,
        None,
    )
}

async fn read(list: &Revocations) {
    let attached = list.shared.attached.as_ref().unwrap();
    let mut reader = Reader::default();
    reader.read(list, attached, Duration::ZERO).await.unwrap();
}

/// Replays a deletion of `alice` at this moment.
fn replay(list: &Revocations, created_at: &str) -> Replayed {
    let body = format!(
        r#"{{"event":"User.Deleted","createdAt":"{created_at}","params":{{"userId":"alice"}}}}"#
    );
    list.replay(body.as_bytes(), NOW * 1_000)
}

/// Returns the `not_before` of `alice`.
fn not_before(list: &Revocations) -> Option<i64> {
    let entries = list.shared.list.read();
    let entries = entries.unwrap_or_else(PoisonError::into_inner);
    entries.not_before(&Target::Subject("alice".into()))
}

fn line(not_before: i64, bound: i64) -> String {
    let alice = Target::Subject("alice".into());
    Record::of_entry((alice, not_before)).to_line_with_bound("User.Deleted", bound)
}

#[test]
fn a_delivery_of_the_far_future_that_arrives_again_does_not_refuse_tokens_for_longer() {
    let (wall, clock) = Wall::start();
    let list = list_in_memory(clock);
    for (later, expected) in [
        (0, Replayed::Applied),
        (2, Replayed::Nothing),
        (HOUR, Replayed::Nothing),
        (KEPT + 1, Replayed::Nothing),
        (3 * KEPT, Replayed::Nothing),
    ] {
        wall.set(NOW + later);
        let replayed = replay(&list, "9999-12-31T23:59:59.999Z");
        assert_eq!(replayed, expected, "{later}");
        let known = not_before(&list).unwrap_or(NOW + KEPT);
        assert_eq!(known, NOW + KEPT, "{later}");
    }
}

/// After a restart, the list knows the delivery from its record.
#[tokio::test]
async fn a_delivery_of_the_far_future_is_not_applied_again_after_a_restart() {
    for later in [2, HOUR, 2 * KEPT] {
        let (wall, clock) = Wall::start();
        wall.set(NOW + later);
        let list = list_with_record(line(FAR, NOW + KEPT), clock);
        read(&list).await;
        let known = not_before(&list);
        let replayed = replay(&list, "9999-12-31T23:59:59.999Z");
        assert_eq!(replayed, Replayed::Nothing, "{later}");
        assert_eq!(not_before(&list), known, "{later}");
    }
}

/// The user may have been deleted twice. So only a delivery with the same time is known.
#[test]
fn another_delivery_of_the_far_future_is_applied() {
    let (wall, clock) = Wall::start();
    let list = list_in_memory(clock);
    for (later, created_at) in [
        (0, "9999-12-31T23:59:59.999Z"),
        (60, "9999-12-31T23:59:58.999Z"),
        (120, "9999-12-31T23:59:57.999Z"),
    ] {
        wall.set(NOW + later);
        assert_eq!(replay(&list, created_at), Replayed::Applied, "{later}");
        assert_eq!(not_before(&list), Some(NOW + later + KEPT), "{later}");
    }
}

/// The clock of this process was two days behind, so the time of the delivery was right.
#[test]
fn a_delivery_that_arrives_again_after_the_clock_was_set_right_is_applied() {
    let (wall, clock) = Wall::start();
    wall.set(NOW - 2 * DAY);
    let list = list_in_memory(clock);
    // 2027-01-15T08:00:00Z is `NOW`.
    let created_at = "2027-01-15T08:00:00.000Z";
    assert_eq!(replay(&list, created_at), Replayed::Applied);
    assert_eq!(not_before(&list), Some(NOW - 2 * DAY + KEPT));
    wall.set(NOW);
    assert_eq!(replay(&list, created_at), Replayed::Applied);
    assert_eq!(not_before(&list), Some(NOW + 11));
}

/// The bound of the record has ended long ago. Its `not_before` is near, but not reached yet.
#[tokio::test]
async fn a_bound_also_counts_shortly_before_the_time_of_the_delivery() {
    for (ahead, counts) in [
        (79 * 60, false),
        (40 * 60, false),
        (601, false),
        // A smaller difference is within the accuracy of the clocks. The bound may then come from a process
        // whose clock was wrong.
        (600, true),
        (11, true),
        (-60, true),
    ] {
        let (_, clock) = Wall::start();
        let bound = NOW - 80_000;
        let list = list_with_record(line(NOW + ahead, bound), clock);
        read(&list).await;
        let expected = if counts { NOW + ahead } else { bound };
        assert_eq!(not_before(&list), Some(expected), "{ahead}");
    }
}
