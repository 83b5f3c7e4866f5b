//! Every order in which threads can meet at the schedule of fetches: loom tries them all.
//!
//! The schedule and its decisions are the library's own source; `service` is its asynchronous
//! shell in miniature.

// Clippy allows `unwrap` in tests, and by this knows that all of it is one.
#![cfg(test)]

#[path = "../../logto-runtime/src/jwks/refresh.rs"]
#[allow(dead_code, reason = "what is only reported is not modelled")]
mod refresh;
#[path = "../../logto-runtime/src/jwks/schedule.rs"]
#[allow(dead_code, reason = "what is only reported is not modelled")]
mod schedule;
mod service;

mod sync {
    pub(super) use std::sync::PoisonError;

    pub(super) use loom::sync::{
        Mutex, MutexGuard,
        atomic::{AtomicU64, Ordering},
    };
}

use std::time::Duration;

use loom::{sync::Arc, thread};

use self::{
    refresh::{LOST_AFTER, Reason},
    service::Service,
};

const NOW: Duration = Duration::from_secs(100);

/// Runs the threads in every order in which they interrupt one another a few times, beside the
/// times that they have to wait; and then the check.
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
fn however_many_need_keys_one_fetch_brings_them_to_all() {
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
fn who_sees_that_keys_are_current_sees_the_keys() {
    let reader: fn(&Service) = |service| {
        if service.schedule.current_at().is_some() {
            assert_eq!(service.published(), 1, "current keys that are not there");
        }
    };
    let judge: fn(&Service) = |service| {
        if service.schedule.is_fresh(NOW) {
            assert_eq!(service.published(), 1, "fresh keys that are not there");
        }
    };
    let fetch: fn(&Service) = |service| service.wait_for_keys(NOW);
    threads(|_| {}, [reader, fetch, judge], |_| {});
}

/// A fetch under way may carry a set from before the key; it is not the last word.
#[test]
fn a_key_that_was_there_when_a_request_asked_for_it_is_found() {
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

#[test]
fn strangers_cause_no_more_fetches_than_there_are_turns() {
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
            // None is left in ticket: the turn that comes back is a fetch.
            let later = NOW + service::COOLDOWN * 2;
            assert!(!service.wait_for_key(NEVER, later));
            assert!(service.fetches() > caused + 1);
        },
    );
}

#[test]
fn strangers_who_leave_free_nothing_and_keep_nobody_from_a_rotated_key() {
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
fn a_lost_fetch_wakes_those_who_wait_and_is_made_good_at_once() {
    let request: fn(&Service) = |service| service.wait_for_keys(NOW);
    threads(Service::lose_next, [request; 2], |service| {
        assert_eq!((service.fetches(), service.published()), (2, 1));
    });
}

#[test]
fn a_lost_fetch_gives_its_turn_back_once() {
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
            // The first load, the lost one, and two turns at most.
            assert!(
                (3..=4).contains(&service.fetches()),
                "{}",
                service.fetches()
            );
        },
    );
}

#[test]
fn a_fetch_that_was_given_up_lands_on_nothing() {
    let late: fn(&Service) = |service| service.land_the_first();
    let impatient: fn(&Service) = |service| {
        service.rotate();
        service.give_up_and_fetch(NOW + LOST_AFTER);
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
