//! A process is stopped twice, each time for about five seconds. A call to the revocation log can begin
//! before a stop and end after this stop.

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
    test_util::{MemoryLog, TestTenant},
};
use tokio::sync::{Notify, watch};

use super::replica::{Replica, code, tenant};

/// The calls that the log holds back.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Held {
    Nothing,
    Reads,
    Heads,
}

/// A log that holds back the calls of one kind. A held read returns the records that the log had when the
/// read began.
struct Holding {
    log: MemoryLog,
    held: watch::Sender<Held>,
    /// The number of calls that were held back.
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
            // No read of this log waits for a record. So without this sleep, the task that reads the log
            // would read all the time.
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

/// Shorter than the five seconds that count as a pause.
const STOP: Duration = Duration::from_millis(4_500);

/// A replica with a [`Holding`] log. The last three fields are shared with that log.
struct Scene {
    tenant: TestTenant,
    replica: Replica,
    /// Another process with the same log.
    other: Replica,
    alice: String,
    held: watch::Sender<Held>,
    waiting: Arc<AtomicUsize>,
    fail: Arc<Notify>,
}

impl Scene {
    /// Prepares the first stop: holds back a read, and then revokes alice.
    async fn start() -> Self {
        let (tenant, log) = (tenant(), MemoryLog::new());
        let held = watch::Sender::new(Held::Nothing);
        let (waiting, fail) = (Arc::<AtomicUsize>::default(), Arc::<Notify>::default());
        let replica = Replica::start(
            &tenant,
            Holding {
                log: log.clone(),
                held: held.clone(),
                waiting: Arc::clone(&waiting),
                fail: Arc::clone(&fail),
            },
        );
        let other = Replica::start(&tenant, log);
        let alice = tenant.token().user("alice").mint();
        let scene = Self {
            tenant,
            replica,
            other,
            alice,
            held,
            waiting,
            fail,
        };
        scene.replica.revocations.ready().await.unwrap();
        scene.other.revocations.ready().await.unwrap();
        scene.replica.verify(&scene.alice).await.unwrap();
        scene.held.send_replace(Held::Reads);
        scene.until_held(1).await;
        scene.other.revoke("alice").await.unwrap();
        scene
    }

    /// Waits until this many calls have been held back.
    async fn until_held(&self, calls: usize) {
        let called = |_: &Replica| self.waiting.load(Ordering::SeqCst) == calls;
        self.replica.until("a held call", called).await;
    }

    /// Sends a request with alice's token, and lets the process go on after the last stop. Returns the code
    /// of the rejection.
    async fn refused(&self) -> Option<RejectionCode> {
        let go_on = async { self.held.send_replace(Held::Nothing) };
        let (verified, _) = tokio::join!(self.replica.verify(&self.alice), go_on);
        code(verified)
    }
}

/// The read that began before the first stop succeeds. It returns the records from before the stop.
#[tokio::test]
async fn an_answer_from_before_a_stop_does_not_hide_the_stop() {
    let scene = Scene::start().await;
    scene.tenant.advance(STOP);
    scene.held.send_replace(Held::Heads);
    scene.until_held(2).await;
    scene.tenant.advance(STOP);
    assert_eq!(scene.refused().await, Some(RejectionCode::Revoked));
}

/// The read that began before the first stop fails, as if its time limit had passed. In the second round, the
/// first stop is longer than five seconds, so the task reads again without a back-off.
#[tokio::test]
async fn a_failure_because_of_a_stop_does_not_hide_the_stop() {
    for first_stop in [STOP, Duration::from_millis(5_100)] {
        let scene = Scene::start().await;
        for (stop, held) in [(first_stop, 2), (STOP, 3)] {
            scene.tenant.advance(stop);
            scene.fail.notify_one();
            scene.until_held(held).await;
        }
        let refused = scene.refused().await;
        assert_eq!(refused, Some(RejectionCode::Revoked), "{first_stop:?}");
    }
}
