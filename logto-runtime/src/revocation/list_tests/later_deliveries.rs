//! The time of a delivery is far ahead, because Logto's clock or that of this process is wrong. Later, the
//! same delivery or another one arrives.

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
        webhook::{meaning::Handling, replay::Replayed},
    },
    Horizon, Target,
};
use crate::{
    clock::{Clock, Reading},
    revocation::called::Called,
};

const NOW: i64 = 1_800_000_000;
const DAY: i64 = 24 * 60 * 60;

/// An entry is kept for this number of seconds.
const KEPT: i64 = 4_800;

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

/// The user may have been deleted twice.
#[test]
fn another_delivery_of_the_far_future_is_applied() {
    let (wall, clock) = Wall::start();
    let list = list_in_memory(clock);
    for (later, created_at) in [
        (0, "9999-12-31T23:59:59.999Z"),
        // The same delivery. If the clock of this process is behind, tokens of the meantime must be refused.
        (30, "9999-12-31T23:59:59.999Z"),
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
