//! A small model of the key cache. A key set is a version number. A request waits on a condition variable,
//! not on a channel. A fetch runs in a thread of the test, not in a task.

use std::{
    sync::atomic::{AtomicBool as Flag, AtomicU64 as Count, Ordering as CountOrdering},
    time::Duration,
};

use loom::sync::{
    Arc, Condvar, Mutex,
    atomic::{AtomicU64, Ordering},
};

use crate::{
    clock::Reading,
    refresh::{Reason, Refresh},
    schedule::{JoinOrStart, Schedule},
};

pub(crate) const COOLDOWN: Duration = Duration::from_secs(10);

const FRESH_FOR: Duration = Duration::from_secs(300);

pub(crate) struct Service {
    pub(crate) schedule: Schedule<Ticket>,
    /// The version that Logto serves.
    served: AtomicU64,
    /// The version that requests read.
    published: AtomicU64,
    /// The number, the start and the ticket of the fetch that `begin_the_first` started.
    first: Mutex<Option<(u64, Reading, Ticket)>>,
    /// The number of running fetches. This atomic and the next three are from the standard library. Loom does
    /// not see them, so they add no interleavings.
    running: Count,
    fetches: Count,
    last_succeeded: Count,
    lose_next: Flag,
}

/// A running fetch, as its waiters see it.
#[derive(Clone)]
pub(crate) struct Ticket(Arc<(Mutex<bool>, Condvar)>);

impl Ticket {
    fn new() -> Self {
        Self(Arc::new((Mutex::new(false), Condvar::new())))
    }

    fn wait(&self) {
        let (over, ended) = &*self.0;
        let mut over = over.lock().unwrap();
        while !*over {
            over = ended.wait(over).unwrap();
        }
    }

    fn end(&self) {
        let (over, ended) = &*self.0;
        *over.lock().unwrap() = true;
        ended.notify_all();
    }
}

impl Service {
    pub(crate) fn new() -> Self {
        Self {
            schedule: Schedule::new(Refresh::new(COOLDOWN)),
            served: AtomicU64::new(1),
            published: AtomicU64::new(0),
            first: Mutex::new(None),
            running: Count::new(0),
            fetches: Count::new(0),
            last_succeeded: Count::new(0),
            lose_next: Flag::new(false),
        }
    }

    pub(crate) fn fetches(&self) -> u64 {
        self.fetches.load(CountOrdering::SeqCst)
    }

    /// Relaxed is enough: a thread that relies on the version has synchronised through the
    /// schedule.
    pub(crate) fn published(&self) -> u64 {
        self.published.load(Ordering::Relaxed)
    }

    pub(crate) fn rotate(&self) {
        self.served.swap(2, Ordering::AcqRel);
    }

    /// Makes the next fetch end without an outcome, as if its task or runtime was dropped.
    pub(crate) fn lose_next(&self) {
        self.lose_next.store(true, CountOrdering::SeqCst);
    }

    /// Waits for keys, as in `jwks/wait.rs`. Waits for up to two fetches, because the first one can be lost.
    pub(crate) fn wait_for_keys(&self, now: Reading) {
        for _ in 0..2 {
            let needed = || self.published() == 0;
            match self.join_or_start(Reason::Keys, now, needed) {
                JoinOrStart::Joined(ticket) => ticket.wait(),
                JoinOrStart::Started(ticket, number) => self.run(number, now, &ticket),
                JoinOrStart::NoFetch(_) => return,
            }
        }
    }

    /// Waits for the key of this version, as in `jwks/wait.rs`. Two fetches can be needed, and each can be
    /// lost once and repeated, so the limit is four. Returns whether the key was found.
    pub(crate) fn wait_for_key(&self, version: u64, now: Reading) -> bool {
        let seen = self.schedule.started_count();
        if self.published() >= version {
            return true;
        }
        for _ in 0..4 {
            let unknown = || self.published() < version;
            match self.join_or_start(
                Reason::UnknownKey {
                    seen,
                    replaced: false,
                },
                now,
                unknown,
            ) {
                JoinOrStart::Joined(ticket) => ticket.wait(),
                JoinOrStart::Started(ticket, number) => self.run(number, now, &ticket),
                JoinOrStart::NoFetch(_) => break,
            }
        }
        self.published() >= version
    }

    /// Asks for the key like [`wait_for_key`](Self::wait_for_key), but does not wait for the
    /// outcome.
    pub(crate) fn ask_and_leave(&self, version: u64, now: Reading) {
        let seen = self.schedule.started_count();
        let unknown = || self.published() < version;
        match self.join_or_start(
            Reason::UnknownKey {
                seen,
                replaced: false,
            },
            now,
            unknown,
        ) {
            // In the library, the task of the fetch continues without the request.
            JoinOrStart::Started(ticket, number) => self.run(number, now, &ticket),
            JoinOrStart::Joined(_) | JoinOrStart::NoFetch(_) => {}
        }
    }

    pub(crate) fn refresh_if_due(&self, now: Reading) {
        let due = || !self.schedule.is_fresh(now) && self.schedule.is_due(now);
        if due()
            && let JoinOrStart::Started(ticket, number) = self.join_or_start(Reason::Keys, now, due)
        {
            self.run(number, now, &ticket);
        }
    }

    pub(crate) fn begin_the_first(&self, reason: Reason, now: Reading) {
        let JoinOrStart::Started(ticket, number) = self.join_or_start(reason, now, || true) else {
            panic!("no fetch is running, but this one does not start");
        };
        *self.first.lock().unwrap() = Some((number, now, ticket));
    }

    /// Finishes the first fetch with the key set from before any rotation.
    pub(crate) fn finish_the_first(&self) {
        let (number, started, ticket) = self.first.lock().unwrap().take().unwrap();
        self.succeed(number, 1, started);
        ticket.end();
    }

    pub(crate) fn give_up_and_fetch(&self, now: Reading) {
        if let Some(lost) = self.schedule.give_up_overdue(now, 0.0, || {}) {
            self.running.fetch_sub(1, CountOrdering::SeqCst);
            lost.end();
        }
        if let JoinOrStart::Started(ticket, number) = self.join_or_start(Reason::Keys, now, || true)
        {
            self.run(number, now, &ticket);
        }
    }

    fn join_or_start(
        &self,
        reason: Reason,
        now: Reading,
        needed: impl FnOnce() -> bool,
    ) -> JoinOrStart<Ticket, u64> {
        self.schedule
            .join_or_start(reason, now, false, needed, |number| {
                let others = self.running.fetch_add(1, CountOrdering::SeqCst);
                assert_eq!(others, 0, "two fetches at once");
                self.fetches.fetch_add(1, CountOrdering::SeqCst);
                (Ticket::new(), number)
            })
    }

    fn run(&self, number: u64, started: Reading, ticket: &Ticket) {
        // `fetch_add(0)` reads the latest version. A plain load could return an older one.
        let version = self.served.fetch_add(0, Ordering::AcqRel);
        if self.lose_next.swap(false, CountOrdering::SeqCst) {
            self.running.fetch_sub(1, CountOrdering::SeqCst);
            self.schedule.lost(number, 0.0, || {});
        } else {
            self.succeed(number, version, started);
        }
        ticket.end();
    }

    fn succeed(&self, number: u64, version: u64, started: Reading) {
        let fresh_until = started.after(FRESH_FOR);
        self.schedule.succeeded(number, (started, fresh_until), || {
            let before = self.last_succeeded.swap(number, CountOrdering::SeqCst);
            assert!(
                before < number,
                "fetch {number} replaced the keys of fetch {before}"
            );
            self.running.fetch_sub(1, CountOrdering::SeqCst);
            self.published.store(version, Ordering::Relaxed);
        });
    }
}
