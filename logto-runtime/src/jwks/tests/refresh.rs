//! Tests of the decision when to fetch the key set, with plain values instead of clocks and requests.

use std::time::Duration;

use crate::{
    clock::Reading,
    jwks::refresh::{
        Decision::{self, BackingOff, Fetched, Join, RateLimited, Start},
        Reason::{self, Keys, UnknownKey},
        Refresh,
    },
};

const COOLDOWN: Duration = Duration::from_secs(10);
/// No fetch has a number above `u64::MAX`, so the decision about this reason is never
/// [`Fetched`].
const UNKNOWN: Reason = unknown_since(u64::MAX);
const REPLACED: Reason = UnknownKey {
    seen: u64::MAX,
    replaced: true,
};

const fn unknown_since(seen: u64) -> Reason {
    UnknownKey {
        seen,
        replaced: false,
    }
}

fn at(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

/// Returns a reading of both clocks, this many seconds after zero.
fn now(seconds: u64) -> Reading {
    let start = Reading {
        monotonic: Duration::ZERO,
        wall_millis: 0,
    };
    start.after(at(seconds))
}

fn rate_limited(seconds: u64) -> Decision {
    RateLimited {
        retry_after: at(seconds),
    }
}

#[test]
fn requests_join_the_running_fetch_until_it_is_lost() {
    let mut refresh = Refresh::new(COOLDOWN);
    assert_eq!(refresh.decide(Keys, now(0), false), Start);
    assert_eq!(refresh.decide(Keys, now(1), false), Join);
    assert_eq!(refresh.decide(UNKNOWN, now(9), false), Join);
    assert!(!refresh.is_overdue(now(9)));
    assert!(refresh.is_overdue(now(10)));
    refresh.lost(0.0);
    assert!(!refresh.is_overdue(now(100)));
    assert_eq!(refresh.decide(Keys, now(10), false), Start);
}

#[test]
fn a_fetch_that_started_after_the_lookup_settles_whether_the_key_is_unknown() {
    let mut refresh = Refresh::new(COOLDOWN);
    assert_eq!(refresh.decide(unknown_since(0), now(0), false), Start);
    assert_eq!(refresh.decide(unknown_since(0), now(0), false), Join);
    assert_eq!(refresh.decide(unknown_since(1), now(0), false), Join);
    refresh.succeeded(1);
    assert_eq!(refresh.decide(unknown_since(0), now(0), false), Fetched);
    assert_eq!(refresh.decide(unknown_since(1), now(0), false), Start);
}

#[test]
fn unknown_keys_get_two_fetches_then_one_per_cooldown() {
    let mut refresh = Refresh::new(COOLDOWN);
    let mut ask = |seconds| {
        let decision = refresh.decide(UNKNOWN, now(seconds), false);
        if decision == Start {
            refresh.succeeded(1);
        }
        decision
    };
    let asked = [
        100, 101, 102, 109, 110, 111, 119, 120, 121, 200, 201, 202, 209,
    ];
    let answers = asked.map(&mut ask);
    let expected = [
        Start,
        Start,
        rate_limited(8),
        rate_limited(1),
        Start,
        rate_limited(9),
        rate_limited(1),
        Start,
        rate_limited(9),
        Start,
        Start,
        rate_limited(8),
        rate_limited(1),
    ];
    assert_eq!(answers, expected);
}

#[test]
fn a_jump_of_the_clock_refills_at_most_two_permits() {
    let mut refresh = Refresh::new(COOLDOWN);
    for monotonic in [at(1 << 40), Duration::MAX] {
        for expected in [true, true, false] {
            let now = Reading {
                monotonic,
                ..now(0)
            };
            let decision = refresh.decide(UNKNOWN, now, false);
            assert_eq!(decision == Start, expected, "{decision:?}");
            if expected {
                refresh.succeeded(1);
            }
        }
    }
}

#[test]
fn the_first_fetch_does_not_count_for_the_rate_limit() {
    let mut refresh = Refresh::new(COOLDOWN);
    assert_eq!(refresh.decide(Keys, now(0), false), Start);
    refresh.succeeded(1);
    for _ in 0..2 {
        assert_eq!(refresh.decide(UNKNOWN, now(0), false), Start);
        refresh.succeeded(1);
    }
    assert_eq!(refresh.decide(UNKNOWN, now(0), false), rate_limited(10));
    assert_eq!(refresh.decide(Keys, now(0), false), Start);
}

#[test]
fn the_backoff_doubles_up_to_a_minute_and_a_success_resets_it() {
    let mut refresh = Refresh::new(COOLDOWN);
    let mut seconds = 0;
    let mut waits = Vec::new();
    for _ in 0..9 {
        assert_eq!(refresh.decide(Keys, now(seconds), false), Start);
        let next = refresh.failed(0.0);
        let retry_after = next - at(seconds);
        waits.push(retry_after.as_secs());
        for reason in [Keys, UNKNOWN, REPLACED] {
            let decision = refresh.decide(reason, now(seconds), false);
            assert_eq!(decision, BackingOff { retry_after });
        }
        assert_eq!(refresh.permitted_in(Keys, at(seconds)), retry_after);
        seconds = next.as_secs();
    }
    assert_eq!(waits, [1, 2, 4, 8, 16, 32, 60, 60, 60]);
    assert_eq!(refresh.decide(Keys, now(seconds), false), Start);
    refresh.succeeded(10);
    assert_eq!(refresh.decide(Keys, now(seconds), false), Start);
    assert_eq!(refresh.failed(0.0), at(seconds + 1));
}

#[test]
fn jitter_shortens_a_backoff_by_up_to_half() {
    for (jitter, millis) in [
        (0.0, 1_000),
        (0.5, 750),
        (1.0, 500),
        (7.0, 500),
        (-1.0, 1_000),
    ] {
        let mut refresh = Refresh::new(COOLDOWN);
        assert_eq!(refresh.decide(Keys, now(5), false), Start);
        let next = refresh.failed(jitter);
        assert_eq!((next - at(5)).as_millis(), millis, "{jitter}");
    }
}

#[test]
fn a_lost_fetch_is_retried_at_once_and_further_lost_fetches_back_off() {
    let mut refresh = Refresh::new(COOLDOWN);
    let mut seconds = 100;
    for wait in [0, 1, 2, 4] {
        assert_eq!(refresh.decide(Keys, now(seconds), false), Start);
        let next = refresh.lost(0.0);
        assert_eq!(next, at(seconds + wait));
        assert_eq!(refresh.permitted_in(Keys, at(seconds)), at(wait));
        seconds = next.as_secs();
    }
    assert_eq!(refresh.decide(Keys, now(seconds), false), Start);
    refresh.failed(0.0);
    seconds += 60;
    assert_eq!(refresh.decide(Keys, now(seconds), false), Start);
    assert_eq!(refresh.lost(0.0), at(seconds));
}

/// A paused process may notice the end of a fetch only hours later.
#[test]
fn a_backoff_counts_from_the_start_of_the_fetch() {
    let mut refresh = Refresh::new(COOLDOWN);
    assert_eq!(refresh.decide(Keys, now(0), false), Start);
    assert_eq!(refresh.failed(0.0), at(1));
    for seconds in [36_000, 72_000, 108_000] {
        assert_eq!(refresh.decide(Keys, now(seconds), false), Start);
        refresh.lost(0.0);
    }
    let retry_after = at(4);
    let decision = refresh.decide(Keys, now(108_000), false);
    assert_eq!(decision, BackingOff { retry_after });
}

/// While a machine is suspended, its monotonic clock stands still. During this time, a back-off ends only if
/// the caller says that it is outdated. A running fetch gets older, because its age counts by both clocks.
#[test]
fn only_an_outdated_backoff_ends_while_the_machine_is_suspended() {
    let mut refresh = Refresh::new(COOLDOWN);
    assert_eq!(refresh.decide(Keys, now(0), false), Start);
    refresh.failed(0.0);
    let suspended = Reading {
        monotonic: at(0),
        ..now(36_000)
    };
    let retry_after = at(1);
    let decision = refresh.decide(Keys, suspended, false);
    assert_eq!(decision, BackingOff { retry_after });
    assert_eq!(refresh.decide(Keys, suspended, true), Start);
    assert!(!refresh.is_overdue(suspended));
    let suspended_again = Reading {
        monotonic: at(0),
        ..now(72_000)
    };
    assert!(refresh.is_overdue(suspended_again));
}

#[test]
fn only_the_first_lost_fetch_returns_its_permit() {
    let mut refresh = Refresh::new(COOLDOWN);
    for seconds in [0, 0, 1] {
        assert_eq!(refresh.decide(UNKNOWN, now(seconds), false), Start);
        refresh.lost(0.0);
    }
    assert_eq!(refresh.permitted_in(UNKNOWN, at(5)), at(5));
    refresh.succeeded(4);
    // A fetch for the reason `Keys` takes no permit, so its loss does not return a permit.
    assert_eq!(refresh.decide(Keys, now(5), false), Start);
    refresh.lost(0.0);
    assert_eq!(refresh.decide(UNKNOWN, now(5), false), rate_limited(5));
}

#[test]
fn the_next_permitted_fetch_depends_on_the_reason() {
    let mut refresh = Refresh::new(COOLDOWN);
    assert_eq!(refresh.permitted_in(Keys, at(0)), at(0));
    for _ in 0..2 {
        assert_eq!(refresh.decide(UNKNOWN, now(100), false), Start);
        assert_eq!(refresh.permitted_in(Keys, at(101)), at(9));
        refresh.succeeded(1);
    }
    assert_eq!(refresh.permitted_in(Keys, at(101)), at(0));
    assert_eq!(refresh.permitted_in(UNKNOWN, at(101)), at(9));
    assert_eq!(refresh.permitted_in(REPLACED, at(101)), at(0));
    assert_eq!(refresh.decide(Keys, now(101), false), Start);
    refresh.failed(0.0);
    assert_eq!(refresh.permitted_in(Keys, at(101)), at(1));
    assert_eq!(refresh.permitted_in(UNKNOWN, at(101)), at(9));
    assert_eq!(refresh.permitted_in(REPLACED, at(101)), at(1));
}

#[test]
fn replaced_keys_have_their_own_rate_limit_of_one_fetch_per_cooldown() {
    let mut refresh = Refresh::new(COOLDOWN);
    for (seconds, reason, expected) in [
        (100, REPLACED, Start),
        (100, REPLACED, rate_limited(10)),
        (109, REPLACED, rate_limited(1)),
        (109, UNKNOWN, Start),
        (109, UNKNOWN, Start),
        (109, UNKNOWN, rate_limited(10)),
        (110, REPLACED, Start),
        (110, UNKNOWN, rate_limited(9)),
        (200, REPLACED, Start),
        (200, REPLACED, rate_limited(10)),
    ] {
        let decision = refresh.decide(reason, now(seconds), false);
        assert_eq!(decision, expected, "{reason:?} after {seconds} s");
        if decision == Start {
            refresh.succeeded(1);
        }
    }
}

#[test]
fn a_lost_fetch_for_a_replaced_key_returns_its_own_permit() {
    let mut refresh = Refresh::new(COOLDOWN);
    assert_eq!(refresh.decide(REPLACED, now(0), false), Start);
    refresh.lost(0.0);
    assert_eq!(refresh.permitted_in(REPLACED, at(0)), at(0));
    assert_eq!(refresh.decide(REPLACED, now(0), false), Start);
    refresh.succeeded(2);
    assert_eq!(refresh.decide(REPLACED, now(0), false), rate_limited(10));
    assert_eq!(refresh.decide(UNKNOWN, now(0), false), Start);
}
