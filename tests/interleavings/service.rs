//! The key cache in miniature: keys are a version, a request waits for a condition where the real
//! one awaits a channel, and a fetch flies in the thread that started it.

use std::{
    sync::atomic::{AtomicBool as Flag, AtomicU64 as Count, Ordering as CountOrdering},
    time::Duration,
};

use loom::sync::{
    Arc, Condvar, Mutex,
    atomic::{AtomicU64, Ordering},
};

use crate::{
    refresh::{Reason, Refresh},
    schedule::{Boarding, Schedule},
};

pub(crate) const COOLDOWN: Duration = Duration::from_secs(10);

const FRESH_FOR: Duration = Duration::from_secs(300);

pub(crate) struct Service {
    pub(crate) schedule: Schedule<Flight>,
    /// The version that Logto serves, and the one that requests find.
    served: AtomicU64,
    published: AtomicU64,
    first: Mutex<Option<(u64, Flight)>>,
    /// Counted beside the model: these add no interleavings.
    in_flight: Count,
    fetches: Count,
    landed: Count,
    lose_next: Flag,
}

/// A fetch under way, as those see it who wait for it.
#[derive(Clone)]
pub(crate) struct Flight(Arc<(Mutex<bool>, Condvar)>);

impl Flight {
    fn new() -> Self {
        Self(Arc::new((Mutex::new(false), Condvar::new())))
    }

    fn wait(&self) {
        let (over, told) = &*self.0;
        let mut over = over.lock().unwrap();
        while !*over {
            over = told.wait(over).unwrap();
        }
    }

    fn end(&self) {
        let (over, told) = &*self.0;
        *over.lock().unwrap() = true;
        told.notify_all();
    }
}

impl Service {
    pub(crate) fn new() -> Self {
        Self {
            schedule: Schedule::new(Refresh::new(COOLDOWN)),
            served: AtomicU64::new(1),
            published: AtomicU64::new(0),
            first: Mutex::new(None),
            in_flight: Count::new(0),
            fetches: Count::new(0),
            landed: Count::new(0),
            lose_next: Flag::new(false),
        }
    }

    pub(crate) fn fetches(&self) -> u64 {
        self.fetches.load(CountOrdering::SeqCst)
    }

    /// Relaxed: whoever may rely on it learned so from the schedule.
    pub(crate) fn published(&self) -> u64 {
        self.published.load(Ordering::Relaxed)
    }

    pub(crate) fn rotate(&self) {
        self.served.swap(2, Ordering::AcqRel);
    }

    /// Lets the next fetch end without an outcome, with its task or runtime.
    pub(crate) fn lose_next(&self) {
        self.lose_next.store(true, CountOrdering::SeqCst);
    }

    pub(crate) fn wait_for_keys(&self, now: Duration) {
        for _ in 0..2 {
            let needed = || self.published() == 0;
            match self.board(Reason::Keys, now, needed) {
                Boarding::Joined(flight) => flight.wait(),
                Boarding::Started(flight, number) => self.fly(number, now, &flight),
                Boarding::Refused(_) => return,
            }
        }
    }

    /// Whether the key of this version is there in the end.
    pub(crate) fn wait_for_key(&self, version: u64, now: Duration) -> bool {
        let seen = self.schedule.begun();
        if self.published() >= version {
            return true;
        }
        for _ in 0..4 {
            let unknown = || self.published() < version;
            match self.board(Reason::UnknownKey { seen }, now, unknown) {
                Boarding::Joined(flight) => flight.wait(),
                Boarding::Started(flight, number) => self.fly(number, now, &flight),
                Boarding::Refused(_) => break,
            }
        }
        self.published() >= version
    }

    /// Boards like [`wait_for_key`](Self::wait_for_key) and does not stay for the outcome.
    pub(crate) fn ask_and_leave(&self, version: u64, now: Duration) {
        let seen = self.schedule.begun();
        let unknown = || self.published() < version;
        match self.board(Reason::UnknownKey { seen }, now, unknown) {
            // The task goes on without its caller.
            Boarding::Started(flight, number) => self.fly(number, now, &flight),
            Boarding::Joined(_) | Boarding::Refused(_) => {}
        }
    }

    pub(crate) fn refresh_if_due(&self, now: Duration) {
        let due = || self.schedule.is_due(now);
        if due()
            && let Boarding::Started(flight, number) = self.board(Reason::Keys, now, due)
        {
            self.fly(number, now, &flight);
        }
    }

    pub(crate) fn begin_the_first(&self, reason: Reason, now: Duration) {
        let Boarding::Started(flight, number) = self.board(reason, now, || true) else {
            panic!("nothing is in flight, and yet none starts");
        };
        *self.first.lock().unwrap() = Some((number, flight));
    }

    /// It carries the set from before any rotation.
    pub(crate) fn land_the_first(&self) {
        let (number, flight) = self.first.lock().unwrap().take().unwrap();
        self.land(number, 1, Duration::ZERO);
        flight.end();
    }

    pub(crate) fn give_up_and_fetch(&self, now: Duration) {
        if let Some(lost) = self.schedule.give_up_overdue(now, 0.0) {
            self.in_flight.fetch_sub(1, CountOrdering::SeqCst);
            lost.end();
        }
        if let Boarding::Started(flight, number) = self.board(Reason::Keys, now, || true) {
            self.fly(number, now, &flight);
        }
    }

    fn board(
        &self,
        reason: Reason,
        now: Duration,
        needed: impl FnOnce() -> bool,
    ) -> Boarding<Flight, u64> {
        self.schedule.board(reason, now, needed, |number| {
            let others = self.in_flight.fetch_add(1, CountOrdering::SeqCst);
            assert_eq!(others, 0, "two fetches in flight");
            self.fetches.fetch_add(1, CountOrdering::SeqCst);
            (Flight::new(), number)
        })
    }

    fn fly(&self, number: u64, started: Duration, flight: &Flight) {
        // Logto answers one after the other; a mere load could be answered from before.
        let version = self.served.fetch_add(0, Ordering::AcqRel);
        if self.lose_next.swap(false, CountOrdering::SeqCst) {
            self.in_flight.fetch_sub(1, CountOrdering::SeqCst);
            self.schedule.lost(number, started, 0.0);
        } else {
            self.land(number, version, started);
        }
        flight.end();
    }

    fn land(&self, number: u64, version: u64, started: Duration) {
        let fresh_until = started + FRESH_FOR;
        self.schedule.succeeded(number, (started, fresh_until), || {
            let before = self.landed.swap(number, CountOrdering::SeqCst);
            assert!(before < number, "fetch {number} landed on that of {before}");
            self.in_flight.fetch_sub(1, CountOrdering::SeqCst);
            self.published.store(version, Ordering::Relaxed);
        });
    }
}
