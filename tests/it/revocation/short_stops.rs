//! A process that is stopped several times, each time for less than five seconds. What it reads after a stop may
//! be the answer to a question from before the stop.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use logto_runtime::{
    RejectionCode, RevocationLog,
    revocation_log::{Head, LogError, LogFuture, Logged},
    test_util::MemoryLog,
};
use tokio::sync::{Notify, watch};

use super::replica::{Replica, code, tenant};

/// A call of the log that is held.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Held {
    Nothing,
    Reads,
    Heads,
}

/// A log that holds the calls of one kind. A read that was held returns what the log had when the read began.
struct Holding {
    log: MemoryLog,
    held: watch::Sender<Held>,
    /// The number of calls that were held.
    waiting: Arc<AtomicUsize>,
    /// Makes one held read fail.
    fail: Arc<Notify>,
}

impl Holding {
    async fn pass(&self, kind: Held) {
        let mut held = self.held.subscribe();
        if *held.borrow() == kind {
            self.waiting.fetch_add(1, Ordering::SeqCst);
        }
        held.wait_for(|held| *held != kind).await.unwrap();
    }
}

impl RevocationLog for Holding {
    fn append<'a>(&'a self, records: &'a [String]) -> LogFuture<'a, ()> {
        self.log.append(records)
    }

    fn read_after(&self, position: Option<u128>, _: Duration) -> LogFuture<'_, Vec<Logged>> {
        Box::pin(async move {
            let page = self.log.read_after(position, Duration::ZERO).await;
            tokio::select! {
                () = self.pass(Held::Reads) => {}
                () = self.fail.notified() => return Err(LogError::new("fails in this test")),
            }
            // Does not keep the processor busy while nothing is held.
            tokio::time::sleep(Duration::from_millis(1)).await;
            page
        })
    }

    fn head(&self) -> LogFuture<'_, Head> {
        Box::pin(async {
            self.pass(Held::Heads).await;
            self.log.head().await
        })
    }

    fn beat<'a>(&'a self, value: &'a str) -> LogFuture<'a, ()> {
        self.log.beat(value)
    }
}

const STOP: Duration = Duration::from_millis(4_500);

/// What happens between the two stops.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Between {
    /// The read that began before the first stop succeeds, with the records from before the stop.
    Answer,
    /// The read that began before the first stop fails, for example because its time limit has passed.
    Failure,
}

#[tokio::test]
async fn neither_an_answer_nor_a_failure_from_before_a_stop_hides_the_stop() {
    for between in [Between::Answer, Between::Failure] {
        let (tenant, log) = (tenant(), MemoryLog::new());
        let held = watch::Sender::new(Held::Nothing);
        let waiting = Arc::<AtomicUsize>::default();
        let fail = Arc::<Notify>::default();
        let replica = Replica::start(
            &tenant,
            Holding {
                log: log.clone(),
                held: held.clone(),
                waiting: Arc::clone(&waiting),
                fail: Arc::clone(&fail),
            },
        );
        replica.revocations.ready().await.unwrap();
        let other = Replica::start(&tenant, log);
        other.revocations.ready().await.unwrap();
        let alice = tenant.token().user("alice").mint();
        replica.verify(&alice).await.unwrap();
        // The first stop. Meanwhile, alice is revoked.
        held.send_replace(Held::Reads);
        let called = |count| waiting.load(Ordering::SeqCst) == count;
        replica.until("a held read", |_| called(1)).await;
        other.revoke("alice").await.unwrap();
        tenant.advance(STOP);
        // The process goes on for a moment, and is stopped again during its next call.
        match between {
            Between::Answer => drop(held.send_replace(Held::Heads)),
            Between::Failure => fail.notify_one(),
        }
        replica.until("another held call", |_| called(2)).await;
        tenant.advance(STOP);
        let go_on = async { held.send_replace(Held::Nothing) };
        let (verified, _) = tokio::join!(replica.verify(&alice), go_on);
        assert_eq!(code(verified), Some(RejectionCode::Revoked), "{between:?}");
    }
}
