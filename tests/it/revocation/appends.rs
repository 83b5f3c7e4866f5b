//! A receiver (a process that receives webhooks) that cannot append to the revocation log.
//!
//! A receiver writes a beat every few seconds. A beat means: everything that the receiver has received is in
//! the log. So a receiver that cannot append must not write beats.

use std::{
    future::pending,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use axum::routing::MethodRouter;
use logto_runtime::{
    RevocationLog,
    revocation_log::{Head, LogError, LogFuture, Logged},
    test_util::{MemoryLog, TestTenant},
};
use tokio::time::{sleep, timeout};

use super::{
    KEY,
    replica::{Replica, SOON, code, tenant},
};

/// How the log answers calls of `append`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Appends {
    Work,
    Fail,
    Hang,
}

/// A log that always accepts beats and answers reads. The test sets how the log answers calls of `append`.
#[derive(Clone)]
struct Fickle {
    log: MemoryLog,
    appends: Arc<Mutex<Appends>>,
    /// How often `head` was called.
    head_calls: Arc<AtomicUsize>,
    /// How often `beat` was called.
    beat_calls: Arc<AtomicUsize>,
}

impl Fickle {
    fn over(log: &MemoryLog) -> Self {
        Self {
            log: log.clone(),
            appends: Arc::new(Mutex::new(Appends::Work)),
            head_calls: Arc::default(),
            beat_calls: Arc::default(),
        }
    }

    fn set(&self, appends: Appends) {
        *self.appends.lock().unwrap() = appends;
    }

    /// Moves the clock, so that a beat is due. Then waits for two calls of `head`. Returns whether a beat was
    /// written in the meantime.
    async fn beats_in_time(&self, tenant: &TestTenant) -> bool {
        let counts = [&self.beat_calls, &self.head_calls];
        let [beats, heads] = counts.map(|it| it.load(Ordering::SeqCst));
        tenant.advance(Duration::from_secs(6));
        while self.head_calls.load(Ordering::SeqCst) < heads + 2 {
            sleep(Duration::from_millis(5)).await;
        }
        self.beat_calls.load(Ordering::SeqCst) > beats
    }

    /// Waits for three beats in a row. If `expected` is `false`, waits for three missing beats in a row.
    async fn until_beats(&self, tenant: &TestTenant, expected: bool) {
        let mut alike = 0;
        let settled = async {
            while alike < 3 {
                match self.beats_in_time(tenant).await == expected {
                    true => alike += 1,
                    false => alike = 0,
                }
            }
        };
        let settled = timeout(10 * SOON, settled).await;
        settled.unwrap_or_else(|_| panic!("expected beats: {expected}"));
    }
}

impl RevocationLog for Fickle {
    fn append<'a>(&'a self, records: &'a [String]) -> LogFuture<'a, ()> {
        let appends = *self.appends.lock().unwrap();
        Box::pin(async move {
            match appends {
                Appends::Work => self.log.append(records).await,
                Appends::Fail => Err(LogError::new("accepts no records in this test")),
                Appends::Hang => pending().await,
            }
        })
    }

    fn read_after(&self, position: Option<u128>, wait: Duration) -> LogFuture<'_, Vec<Logged>> {
        self.log
            .read_after(position, wait.min(Duration::from_millis(20)))
    }

    fn head(&self) -> LogFuture<'_, Head> {
        self.head_calls.fetch_add(1, Ordering::SeqCst);
        self.log.head()
    }

    fn beat<'a>(&'a self, value: &'a str) -> LogFuture<'a, ()> {
        self.beat_calls.fetch_add(1, Ordering::SeqCst);
        self.log.beat(value)
    }
}

async fn receiver(tenant: &TestTenant, log: &Fickle) -> Replica {
    let receiver = Replica::start(tenant, log.clone());
    let _route: MethodRouter = receiver.revocations.webhook([KEY]);
    receiver.revocations.ready().await.unwrap();
    receiver.revocations.accept_empty_log();
    log.until_beats(tenant, true).await;
    receiver
}

/// While `revoke` appends, the task that writes beats does not append. So this task does not see the error
/// itself. Here, `revoke` appends nearly all the time.
#[tokio::test]
async fn a_receiver_that_cannot_append_does_not_beat() {
    for appends in [Appends::Fail, Appends::Hang] {
        let (tenant, memory) = (tenant(), MemoryLog::new());
        let log = Fickle::over(&memory);
        let receiver = receiver(&tenant, &log).await;
        let alice = tenant.token().user("alice").mint();
        log.set(appends);
        let revokes = async {
            loop {
                // Two calls at the same time, so that one of them waits for the other.
                let both = tokio::join!(receiver.revoke("alice"), receiver.revoke("alice"));
                assert!(both.0.is_err() && both.1.is_err(), "{appends:?}");
                sleep(Duration::from_millis(1)).await;
            }
        };
        tokio::select! {
            () = revokes => unreachable!(),
            () = log.until_beats(&tenant, false) => {}
        }
        assert!(receiver.revocations.health().degraded, "{appends:?}");
        log.set(Appends::Work);
        log.until_beats(&tenant, true).await;
        assert_eq!(receiver.revocations.health().pending, 0, "{appends:?}");
        let late = Replica::start(&tenant, memory);
        late.revocations.ready().await.unwrap();
        assert!(code(late.verify(&alice).await).is_some(), "{appends:?}");
    }
}

/// The log has lost a revocation, and the receiver cannot append it again. A process that starts now would
/// not know the revocation.
#[tokio::test]
async fn a_receiver_that_cannot_write_back_does_not_beat() {
    let (tenant, memory) = (tenant(), MemoryLog::new());
    let log = Fickle::over(&memory);
    let receiver = receiver(&tenant, &log).await;
    receiver.revoke("alice").await.unwrap();
    log.set(Appends::Fail);
    memory.restore(0);
    log.until_beats(&tenant, false).await;
    assert_eq!(memory.records().len(), 0);
    log.set(Appends::Work);
    log.until_beats(&tenant, true).await;
    assert_eq!(memory.records().len(), 1);
}
