//! Tests the schedule of key set fetches, and look-ups in a list of revocations, under loom. Loom runs a test
//! once for each interleaving of its threads. Most of these tests limit the number of preemptions.
//!
//! A module with a `#[path]` is a source file of the library. `generation` and `found_clean` remember that a
//! token was not in the list of revocations. Such a token is looked up again only after the list has changed.
//! `service` is a small model of the asynchronous code around the schedule.

// Clippy allows `unwrap` in tests. This marks the whole crate as a test.
#![cfg(test)]

#[path = "../../logto-runtime/src/jwks/backoff.rs"]
mod backoff;
#[path = "../../logto-runtime/src/verify/found_clean.rs"]
mod found_clean;
#[path = "../../logto-runtime/src/revocation/generation.rs"]
mod generation;
#[path = "../../logto-runtime/src/jwks/limits.rs"]
#[allow(dead_code, reason = "the model does not send requests")]
mod limits;
#[path = "../../logto-runtime/src/jwks/moment.rs"]
mod moment;
#[path = "../../logto-runtime/src/jwks/rate_limit.rs"]
mod rate_limit;
#[path = "../../logto-runtime/src/clock/reading.rs"]
#[allow(dead_code, reason = "the model does not read seconds")]
mod reading;
#[path = "../../logto-runtime/src/jwks/refresh.rs"]
#[allow(dead_code, reason = "the model uses only a part of this file")]
mod refresh;
mod revocations;
#[path = "../../logto-runtime/src/jwks/schedule.rs"]
#[allow(dead_code, reason = "the model uses only a part of this file")]
mod schedule;
mod service;

mod clock {
    pub(crate) use crate::reading::Reading;
}

mod verify {
    pub(crate) use crate::found_clean::FoundClean;
}

mod sync {
    pub(super) use std::sync::PoisonError;

    pub(super) use loom::sync::{
        Mutex, MutexGuard,
        atomic::{AtomicU64, Ordering},
    };
}

use std::time::Duration;

use loom::{sync::Arc, thread};

use self::{limits::LOST_AFTER, reading::Reading, refresh::Reason, service::Service};

const NOW: Reading = Reading {
    monotonic: Duration::from_secs(100),
    wall_millis: 1_800_000_000_000,
};

/// Prepares a service, runs the threads, and then runs the check. Repeats this for every order of the threads
/// with at most `5 - N` preemptions. More threads have more orders, so fewer preemptions are allowed. A
/// switch from a blocked thread is not a preemption.
fn threads<const N: usize>(
    prepare: impl Fn(&Service) + Send + Sync + 'static,
    threads: [fn(&Service); N],
    check: impl Fn(&Service) + Send + Sync + 'static,
) {
    let mut orders = loom::model::Builder::new();
    orders.preemption_bound = Some(5 - N);
    orders.check(move || {
        let service = Arc::new(Service::new());
        prepare(&service);
        let running = threads.map(|run| {
            let service = Arc::clone(&service);
            thread::spawn(move || run(&service))
        });
        for thread in running {
            thread.join().unwrap();
        }
        check(&service);
    });
}

#[test]
fn requests_that_need_keys_share_one_fetch() {
    let request: fn(&Service) = |service| {
        service.wait_for_keys(NOW);
        assert_eq!(service.published(), 1, "woken without keys");
    };
    threads(
        |_| {},
        [request; 3],
        |service| assert_eq!(service.fetches(), 1),
    );
}

#[test]
fn keys_that_are_due_are_fetched_once() {
    let request: fn(&Service) = |service| service.refresh_if_due(NOW);
    threads(
        |_| {},
        [request; 3],
        |service| {
            assert_eq!((service.fetches(), service.published()), (1, 1));
        },
    );
}

#[test]
fn a_thread_that_sees_current_keys_can_read_them() {
    let reader: fn(&Service) = |service| {
        if service.schedule.current_at().is_some() {
            assert_eq!(service.published(), 1, "current keys that are not there");
        }
    };
    let checker: fn(&Service) = |service| {
        if service.schedule.is_fresh(NOW) {
            assert_eq!(service.published(), 1, "fresh keys that are not there");
        }
    };
    let fetch: fn(&Service) = |service| service.wait_for_keys(NOW);
    threads(|_| {}, [reader, fetch, checker], |_| {});
}

/// A fetch that runs during a rotation can return the old key set. The request then needs another fetch.
#[test]
fn a_request_finds_a_key_that_exists_when_the_request_needs_it() {
    let rotated: fn(&Service) = |service| {
        service.rotate();
        assert!(service.wait_for_key(2, NOW));
    };
    let fetch: fn(&Service) = |service| service.wait_for_keys(NOW);
    threads(
        |_| {},
        [rotated, fetch],
        |service| {
            assert!(service.fetches() <= 2);
        },
    );
}

/// A stranger sends a token whose key was never in the key set.
#[test]
fn strangers_cause_at_most_the_permitted_fetches() {
    const NEVER: u64 = u64::MAX;
    let stranger: fn(&Service) = |service| {
        assert!(!service.wait_for_key(NEVER, NOW));
    };
    threads(
        |service| service.wait_for_keys(NOW),
        [stranger; 3],
        |service| {
            let caused = service.fetches() - 1;
            assert!((1..=2).contains(&caused), "{caused} fetches");
            // No fetch is left running: after the cooldown, a new fetch can start.
            let later = NOW.after(service::COOLDOWN * 2);
            assert!(!service.wait_for_key(NEVER, later));
            assert!(service.fetches() > caused + 1);
        },
    );
}

#[test]
fn a_stranger_who_leaves_does_not_keep_others_from_a_rotated_key() {
    const NEVER: u64 = u64::MAX;
    let stranger: fn(&Service) = |service| service.ask_and_leave(NEVER, NOW);
    let rotated: fn(&Service) = |service| {
        service.rotate();
        assert!(service.wait_for_key(2, NOW));
    };
    threads(
        |service| service.wait_for_keys(NOW),
        [stranger, rotated],
        |service| assert!(service.fetches() <= 3),
    );
}

#[test]
fn a_lost_fetch_wakes_its_waiters_and_is_repeated_at_once() {
    let request: fn(&Service) = |service| service.wait_for_keys(NOW);
    threads(Service::lose_next, [request; 2], |service| {
        assert_eq!((service.fetches(), service.published()), (2, 1));
    });
}

#[test]
fn a_lost_fetch_returns_its_permit_once() {
    let rotated: fn(&Service) = |service| {
        service.rotate();
        assert!(service.wait_for_key(2, NOW));
    };
    threads(
        |service| {
            service.wait_for_keys(NOW);
            service.lose_next();
        },
        [rotated; 2],
        |service| {
            // The first fetch, the lost fetch, and one or two fetches for the rotated key.
            assert!(
                (3..=4).contains(&service.fetches()),
                "{}",
                service.fetches()
            );
        },
    );
}

#[test]
fn a_fetch_that_was_given_up_does_not_replace_newer_keys() {
    let late: fn(&Service) = |service| service.finish_the_first();
    let impatient: fn(&Service) = |service| {
        service.rotate();
        service.give_up_and_fetch(NOW.after(LOST_AFTER));
    };
    threads(
        |service| service.begin_the_first(Reason::Keys, NOW),
        [late, impatient],
        |service| {
            assert_eq!(service.published(), 2, "the older set replaced the newer");
            assert_eq!(service.fetches(), 2);
        },
    );
}
