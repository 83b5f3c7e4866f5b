//! Tests a list of revocations in memory while the wall clock and the monotonic clock disagree. Such a list
//! cannot be read again from a log, so a wrong clock must not damage it.

use std::{
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
    time::Duration,
};

use super::{super::Revocations, Horizon, Target, Token};
use crate::{
    clock::{Clock, Reading},
    revocation::{called::Called, record::Record, webhook::meaning::Handling},
};

const HOUR: i64 = 3_600;
const DAY: i64 = 24 * HOUR;

/// A list with a clock that the test sets.
struct World {
    list: Revocations,
    /// How far the wall clock has moved ahead of the monotonic clock, in seconds. Negative if it moved back.
    ahead: Arc<AtomicI64>,
    /// How many seconds have passed by the monotonic clock.
    passed: Arc<AtomicI64>,
}

impl World {
    /// Starts when the wall clock shows the second 1,000,000.
    fn start() -> Self {
        let (ahead, passed) = (Arc::new(AtomicI64::new(0)), Arc::new(AtomicI64::new(0)));
        let clock = {
            let (ahead, passed) = (Arc::clone(&ahead), Arc::clone(&passed));
            Clock::reading(move || {
                let passed = passed.load(Ordering::Relaxed);
                Reading {
                    monotonic: Duration::from_secs(7 + passed.unsigned_abs()),
                    wall_millis: (1_000_000 + passed + ahead.load(Ordering::Relaxed)) * 1_000,
                }
            })
        };
        let horizon = Horizon::new(Duration::from_secs(3_600));
        Self {
            list: Revocations::new(
                "https://t.logto.app",
                horizon,
                Handling::default(),
                clock,
                Called::new(None),
                None,
            ),
            ahead,
            passed,
        }
    }

    fn pass(&self, seconds: i64) {
        self.passed.fetch_add(seconds, Ordering::Relaxed);
    }

    fn set_ahead(&self, seconds: i64) {
        self.ahead.store(seconds, Ordering::Relaxed);
    }

    /// Adds an entry (a revocation) for a user. `not_before` is the smallest `iat` that is accepted.
    fn revoke(&self, user: &str, not_before: i64) {
        self.list.insert(&[Record {
            target: Target::Subject(user.into()),
            not_before,
        }]);
    }

    /// Whether a token with the `iat` 999,000 is refused.
    fn refuses(&self, user: &str) -> bool {
        self.refuses_of(user, 999_000)
    }

    /// Whether a token that is issued now, by the wall clock, is refused.
    fn refuses_new(&self, user: &str) -> bool {
        self.refuses_of(user, self.list.now_seconds())
    }

    fn refuses_of(&self, user: &str, issued_at: i64) -> bool {
        // `health` removes the entries that are over (no longer needed), at most once a minute.
        let _ = self.list.health();
        let token = Token {
            subject: user.to_owned(),
            issued_at,
            ..Token::alice()
        };
        self.list
            .refusal(&token.verified(), self.list.now())
            .is_some()
    }
}

#[test]
fn a_list_in_memory_forgets_nothing_while_its_clock_is_ahead_for_twenty_minutes() {
    for ahead in [2 * HOUR, DAY, 400 * DAY] {
        let world = World::start();
        world.revoke("before", 1_000_000);
        world.pass(60);
        world.set_ahead(ahead);
        for _ in 0..10 {
            assert!(world.refuses("before"), "{ahead}");
            world.revoke("meanwhile", 1_000_060);
            world.pass(120);
        }
        world.set_ahead(0);
        for user in ["before", "meanwhile"] {
            assert!(world.refuses(user), "{user} {ahead}");
        }
        assert!(!world.refuses("somebody-else"));
    }
}

#[test]
fn a_list_in_memory_does_not_shorten_entries_while_its_clock_is_behind() {
    for behind in [2 * HOUR, DAY, 400 * DAY] {
        let world = World::start();
        let _ = world.list.health();
        world.set_ahead(-behind);
        world.revoke("meanwhile", 1_000_000);
        world.pass(60);
        world.set_ahead(0);
        assert!(world.refuses("meanwhile"), "{behind}");
    }
}

#[test]
fn an_entry_of_the_far_future_refuses_new_tokens_for_eighty_minutes_only() {
    let world = World::start();
    world.revoke("far", i64::MAX);
    assert!(world.refuses_new("far"));
    world.pass(HOUR + 1_200 + 1);
    assert!(!world.refuses_new("far"));
}

/// The monotonic clock stands still while the machine is suspended.
#[test]
fn after_a_suspend_only_entries_that_are_over_are_forgotten() {
    let world = World::start();
    world.revoke("before", 1_000_000);
    world.set_ahead(2 * HOUR);
    assert!(world.refuses("before"));
    world.pass(2 * HOUR);
    assert!(!world.refuses("before"), "the entry is over");
    world.set_ahead(3 * HOUR);
    world.revoke("after", 1_000_000 + 5 * HOUR);
    let refused = world.refuses_of("after", 1_000_000 + 5 * HOUR - 1);
    assert!(refused, "the `not_before` is not lowered");
}

#[test]
fn after_the_clock_was_set_back_entries_are_forgotten_later_not_earlier() {
    let world = World::start();
    world.revoke("before", 1_000_000);
    world.set_ahead(-2 * HOUR);
    world.pass(3 * HOUR);
    assert!(world.refuses("before"));
    world.pass(HOUR);
    assert!(!world.refuses("before"));
}

/// When the wall clock jumps ahead, entries are removed only after the jump has lasted for 80 minutes. Here,
/// the clock jumps twice. If both jumps shared one wait, the second jump would count too early.
#[test]
fn a_second_jump_of_the_clock_counts_only_after_a_wait_of_its_own() {
    let world = World::start();
    world.set_ahead(HOUR);
    let _ = world.list.health();
    world.pass(HOUR);
    world.revoke("before", 1_000_000 + 2 * HOUR);
    world.set_ahead(DAY);
    let _ = world.list.health();
    world.pass(HOUR);
    assert!(world.refuses("before"));
    world.set_ahead(HOUR);
    assert!(world.refuses("before"));
}

/// The clock is ahead from the start, and the times in webhooks show this. If the second webhook arrives
/// faster than the first one, it shows a slightly later time. Even then, the list must not trust the clock
/// yet, so it keeps the entries.
#[test]
fn a_clock_that_is_ahead_from_the_start_is_trusted_only_after_a_wait_without_webhooks() {
    for later_latency in [100, 50, 10] {
        let world = World::start();
        world.set_ahead(3 * HOUR);
        let _ = world.list.health();
        let webhook = |user: &str, latency: i64| {
            let passed = world.passed.load(Ordering::Relaxed);
            let created_at = (1_000_000 + passed) * 1_000 - latency;
            world.list.may_be(created_at, world.list.now());
            world.revoke(user, created_at.div_euclid(1_000) + 11);
        };
        webhook("first", 50);
        world.pass(79 * 60);
        webhook("second", later_latency);
        world.pass(2 * 60);
        let _ = world.list.health();
        world.set_ahead(0);
        let refused = world.refuses_of("second", 1_000_000 + HOUR);
        assert!(refused, "latency: {later_latency} ms");
    }
}
