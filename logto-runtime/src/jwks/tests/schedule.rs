//! Tests of the schedule of fetches, and of the state that requests and fetches share.

use std::{sync::Arc, time::Duration};

use tokio::runtime::Handle;

use super::{
    endpoint::Endpoint,
    support::{COOLDOWN, FRESH_FOR, TestKey, USABLE_FOR, document},
};
use crate::{
    clock::{Clock, Reading},
    jwks::{
        KeyCache, KeySet, KeyTimes,
        limits::LOST_AFTER,
        moment::Moment,
        refresh::{Reason, Refresh},
        schedule::{JoinOrStart, NoFetch, Schedule},
        shared::Shared,
    },
};

/// 2027-01-15 by the wall clock.
const START: Reading = Reading {
    monotonic: Duration::from_secs(1_000),
    wall_millis: 1_800_000_000_000,
};
const MILLISECOND: Duration = Duration::from_millis(1);

/// Returns a reading of both clocks, this many milliseconds after [`START`].
fn in_ms(millis: i64) -> Reading {
    let monotonic = START.monotonic.as_millis().cast_signed() + i128::from(millis);
    Reading {
        monotonic: Duration::from_millis(u64::try_from(monotonic).unwrap()),
        wall_millis: START.wall_millis + millis,
    }
}

fn start(schedule: &Schedule<()>, reason: Reason, now: Reading) -> JoinOrStart<(), u64> {
    schedule.join_or_start(reason, now, false, || true, |number| ((), number))
}

#[test]
fn a_moment_is_after_a_reading_only_if_both_clocks_say_so() {
    let moment = Moment::unset();
    assert!(!moment.is_after(in_ms(-1)), "unset");
    moment.set(START);
    for (monotonic, wall, after) in [
        (-1, -1, true),
        (-1, 0, false),
        (-1, 1, false),
        (0, -1, false),
        (1, -1, false),
        (0, 0, false),
        (1, 1, false),
    ] {
        let now = Reading {
            monotonic: in_ms(monotonic).monotonic,
            wall_millis: in_ms(wall).wall_millis,
        };
        assert_eq!(moment.is_after(now), after, "{monotonic} ms, {wall} ms");
    }
    moment.unset_again();
    assert_eq!(moment.get(), None);
    assert!(!moment.is_after(in_ms(-1)), "unset again");
}

#[test]
fn a_moment_with_too_many_nanoseconds_is_set_to_the_maximum() {
    let moment = Moment::unset();
    moment.set(Reading {
        monotonic: Duration::MAX,
        wall_millis: i64::MAX,
    });
    assert!(moment.get().is_some());
    assert!(moment.is_after(START));
}

/// A request with stale keys takes the lock of the schedule only if a fetch is due, or after a long pause. So
/// requests rarely take the lock while a fetch runs or during a back-off.
#[test]
fn no_fetch_is_due_while_one_runs_or_during_a_backoff() {
    let schedule = Schedule::new(Refresh::new(COOLDOWN));
    assert!(schedule.is_due(START));
    let started = start(&schedule, Reason::Keys, START);
    assert!(
        matches!(started, JoinOrStart::Started((), 1)),
        "{started:?}"
    );
    assert!(!schedule.is_due(START.after(LOST_AFTER - MILLISECOND)));
    assert!(schedule.is_due(START.after(LOST_AFTER)));
    assert!(schedule.failed(1, 0.0, || {}));
    assert!(!schedule.is_due(START.after(Duration::from_millis(999))));
    assert!(schedule.is_due(START.after(Duration::from_secs(1))));
}

#[test]
fn a_key_that_was_looked_up_before_a_successful_fetch_is_not_fetched_again() {
    let schedule = Schedule::new(Refresh::new(COOLDOWN));
    for number in 1..=2 {
        let looked_up = Reason::UnknownKey {
            seen: schedule.started_count(),
            replaced: false,
        };
        let started = start(&schedule, looked_up, START);
        assert!(
            matches!(started, JoinOrStart::Started((), of) if of == number),
            "{started:?}"
        );
        assert_eq!(schedule.started_count(), number);
        assert!(schedule.succeeded(number, (START, START.after(FRESH_FOR)), || {}));
        let again = start(&schedule, looked_up, START);
        assert!(
            matches!(again, JoinOrStart::NoFetch(NoFetch::Fetched)),
            "{again:?}"
        );
    }
}

const TIMES: KeyTimes = KeyTimes {
    fresh_for: FRESH_FOR,
    usable_for: USABLE_FOR,
    unknown_key_cooldown: COOLDOWN,
};

fn shared(endpoint: &Endpoint) -> Arc<Shared> {
    let source = Box::new(endpoint.clone());
    Arc::new(Shared::new(
        Some(source),
        None,
        TIMES,
        Clock::reading(|| START),
    ))
}

/// Records a successful fetch that starts and ends at this moment.
fn record_fetch(shared: &Shared, at: Reading) {
    let number = start_fetch(shared, at);
    assert!(
        shared
            .schedule
            .succeeded(number, (at, at.after(FRESH_FOR)), || {})
    );
}

/// Starts a fetch, and returns its number.
fn start_fetch(shared: &Shared, at: Reading) -> u64 {
    let make = |number| (crate::jwks::ticket::Ticket::new(at).0, number);
    match shared
        .schedule
        .join_or_start(Reason::Keys, at, false, || true, make)
    {
        JoinOrStart::Started(_, number) => number,
        _ => panic!("no fetch was started"),
    }
}

#[test]
fn a_key_counts_as_replaced_if_it_has_left_the_set_or_its_token_is_older_than_the_set() {
    let shared = shared(&Endpoint::serving(&[]));
    let fetched_at = START.unix_seconds();
    assert!(!shared.was_replaced("k1", 0), "nothing was fetched yet");
    record_fetch(&shared, START);
    for (issued_before, replaced) in [
        (fetched_at - 1, true),
        (fetched_at, false),
        (fetched_at + 1, false),
    ] {
        assert_eq!(shared.was_replaced("k1", issued_before), replaced);
    }
    shared.replaced_ids.remember(["k1"].into_iter());
    for issued_before in [fetched_at - 1, fetched_at, fetched_at + 1] {
        assert!(shared.was_replaced("k1", issued_before));
    }
    assert!(!shared.was_replaced("k2", fetched_at));
}

#[tokio::test(start_paused = true)]
async fn fresh_keys_are_not_refreshed_and_stale_keys_are_refreshed_once() {
    let endpoint = Endpoint::serving(&[&TestKey::new("k1")]);
    let shared = shared(&endpoint);
    record_fetch(&shared, START);
    for (now, requests) in [
        (START, 0),
        (START.after(FRESH_FOR - MILLISECOND), 0),
        (START.after(FRESH_FOR), 1),
        (START.after(FRESH_FOR), 1),
    ] {
        shared.refresh_if_due(now);
        tokio::task::yield_now().await;
        assert_eq!(endpoint.requests(), requests);
    }
}

/// Fixed keys never age, so there is nothing to refresh.
#[tokio::test]
async fn fixed_keys_start_no_fetch_and_no_task() {
    let keys = document(&[&TestKey::new("k1")]);
    let keys = KeySet::parse(keys.as_bytes(), None).unwrap();
    let cache = KeyCache::fixed(keys, TIMES, Clock::reading(|| START));
    cache.refresh_if_due();
    assert!(!cache.must_wait(START) && cache.are_usable());
    assert_eq!(Handle::current().metrics().num_alive_tasks(), 0);
}
