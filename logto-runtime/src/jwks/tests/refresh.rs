//! The decisions when to fetch, over plain values.

use std::time::Duration;

use crate::jwks::refresh::{
    Decision::{self, BackingOff, Fetched, Join, RateLimited, Start},
    Reason::{Keys, UnknownKey},
    Refresh,
};

const COOLDOWN: Duration = Duration::from_secs(10);
const UNKNOWN: crate::jwks::refresh::Reason = UnknownKey { seen: u64::MAX };

fn at(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

fn rate_limited(seconds: u64) -> Decision {
    RateLimited {
        retry_after: at(seconds),
    }
}

#[test]
fn one_fetch_at_a_time() {
    let mut refresh = Refresh::new(COOLDOWN);
    assert_eq!(refresh.decide(Keys, at(0)), Start);
    assert_eq!(refresh.decide(Keys, at(1)), Join);
    assert_eq!(refresh.decide(UNKNOWN, at(9)), Join);
    assert!(!refresh.is_overdue(at(9)));
    assert!(refresh.is_overdue(at(10)));
    refresh.lost(at(10), 0.0);
    assert!(!refresh.is_overdue(at(100)));
    assert_eq!(refresh.decide(Keys, at(10)), Start);
}

#[test]
fn a_fetch_that_started_after_the_lookup_settles_whether_the_key_is_unknown() {
    let mut refresh = Refresh::new(COOLDOWN);
    assert_eq!(refresh.decide(UnknownKey { seen: 0 }, at(0)), Start);
    assert_eq!(refresh.decide(UnknownKey { seen: 0 }, at(0)), Join);
    assert_eq!(refresh.decide(UnknownKey { seen: 1 }, at(0)), Join);
    refresh.succeeded(1);
    assert_eq!(refresh.decide(UnknownKey { seen: 0 }, at(0)), Fetched);
    assert_eq!(refresh.decide(UnknownKey { seen: 1 }, at(0)), Start);
}

#[test]
fn unknown_keys_get_two_fetches_then_one_per_cooldown() {
    let mut refresh = Refresh::new(COOLDOWN);
    let mut ask = |seconds| {
        let decision = refresh.decide(UNKNOWN, at(seconds));
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
    for now in [at(1 << 40), Duration::MAX] {
        for expected in [true, true, false] {
            let decision = refresh.decide(UNKNOWN, now);
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
    assert_eq!(refresh.decide(Keys, at(0)), Start);
    refresh.succeeded(1);
    for _ in 0..2 {
        assert_eq!(refresh.decide(UNKNOWN, at(0)), Start);
        refresh.succeeded(1);
    }
    assert_eq!(refresh.decide(UNKNOWN, at(0)), rate_limited(10));
    assert_eq!(refresh.decide(Keys, at(0)), Start);
}

#[test]
fn failures_back_off_by_doubling_to_a_minute_and_a_success_resets_the_backoff() {
    let mut refresh = Refresh::new(COOLDOWN);
    let mut now = Duration::ZERO;
    let mut waits = Vec::new();
    for _ in 0..9 {
        assert_eq!(refresh.decide(Keys, now), Start);
        let next = refresh.failed(now, 0.0);
        waits.push((next - now).as_secs());
        let retry_after = next - now;
        assert_eq!(refresh.decide(Keys, now), BackingOff { retry_after });
        assert_eq!(refresh.decide(UNKNOWN, now), BackingOff { retry_after });
        assert_eq!(refresh.permitted_in(Keys, now), retry_after);
        now = next;
    }
    assert_eq!(waits, [1, 2, 4, 8, 16, 32, 60, 60, 60]);
    assert_eq!(refresh.decide(Keys, now), Start);
    refresh.succeeded(10);
    assert_eq!(refresh.failed(now, 0.0) - now, at(1));
}

#[test]
fn jitter_takes_up_to_half_of_a_backoff() {
    for (jitter, millis) in [
        (0.0, 1_000),
        (0.5, 750),
        (1.0, 500),
        (7.0, 500),
        (-1.0, 1_000),
    ] {
        let next = Refresh::new(COOLDOWN).failed(at(5), jitter);
        assert_eq!((next - at(5)).as_millis(), millis, "{jitter}");
    }
}

#[test]
fn a_lost_fetch_is_retried_at_once_and_further_lost_fetches_back_off() {
    let mut refresh = Refresh::new(COOLDOWN);
    let mut now = at(100);
    for wait in [0, 1, 2, 4] {
        assert_eq!(refresh.decide(Keys, now), Start);
        let next = refresh.lost(now, 0.0);
        assert_eq!(next - now, at(wait));
        assert_eq!(refresh.permitted_in(Keys, now), at(wait));
        now = next;
    }
    assert_eq!(refresh.decide(Keys, now), Start);
    refresh.failed(now, 0.0);
    now += at(60);
    assert_eq!(refresh.decide(Keys, now), Start);
    assert_eq!(refresh.lost(now, 0.0), now);
}

#[test]
fn only_the_first_lost_fetch_returns_its_permit() {
    let mut refresh = Refresh::new(COOLDOWN);
    for now in [0, 0, 1] {
        assert_eq!(refresh.decide(UNKNOWN, at(now)), Start);
        refresh.lost(at(now), 0.0);
    }
    assert_eq!(refresh.permitted_in(UNKNOWN, at(5)), at(5));
    refresh.succeeded(4);
    // A fetch for another reason did not take a permit.
    assert_eq!(refresh.decide(Keys, at(5)), Start);
    refresh.lost(at(5), 0.0);
    assert_eq!(refresh.decide(UNKNOWN, at(5)), rate_limited(5));
}

#[test]
fn the_next_permitted_fetch_depends_on_the_reason() {
    let mut refresh = Refresh::new(COOLDOWN);
    assert_eq!(refresh.permitted_in(Keys, at(0)), at(0));
    for _ in 0..2 {
        assert_eq!(refresh.decide(UNKNOWN, at(100)), Start);
        assert_eq!(refresh.permitted_in(Keys, at(101)), at(9));
        refresh.succeeded(1);
    }
    assert_eq!(refresh.permitted_in(Keys, at(101)), at(0));
    assert_eq!(refresh.permitted_in(UNKNOWN, at(101)), at(9));
    assert_eq!(refresh.decide(Keys, at(101)), Start);
    refresh.failed(at(101), 0.0);
    assert_eq!(refresh.permitted_in(Keys, at(101)), at(1));
    assert_eq!(refresh.permitted_in(UNKNOWN, at(101)), at(9));
}
