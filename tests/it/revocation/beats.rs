//! Up to which time a new beat (the sign of life of a receiver) confirms that the revocation log is complete.
//!
//! A receiver is a process that receives webhooks. A beat means that the log contains all revocations from
//! these webhooks.
//!
//! A replica is a process that reads the log. The logs of these tests do not know when a beat was written. If
//! a replica finds a new beat, it knows only that the beat was written after the replica's previous check of
//! the log. The beat confirms the log only up to the time of that previous check.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use logto_runtime::{
    RevocationLog,
    revocation_log::{Head, LogError, LogFuture, Logged},
    test_util::MemoryLog,
};
use tokio::time::timeout;

use super::replica::{MINUTE, Replica, SOON, tenant};

/// The receiver may have ended after this beat, while the outage still lasted.
#[tokio::test]
async fn a_beat_written_during_an_outage_confirms_only_the_time_before_the_outage() {
    let (tenant, log) = (tenant(), MemoryLog::new());
    let cut = Arc::new(AtomicBool::new(false));
    log.beat("before").await.unwrap();
    let network = Network {
        log: log.clone(),
        cut: Arc::clone(&cut),
    };
    let replica = Replica::start(&tenant, network);
    replica.revocations.ready().await.unwrap();
    let silent_for = || replica.revocations.health().silent_for_seconds;
    log.beat("heard").await.unwrap();
    replica.until("heard", |_| silent_for().is_some()).await;
    cut.store(true, Ordering::Relaxed);
    replica
        .until("cut", |it| it.revocations.health().last_error.is_some())
        .await;
    log.beat("during the outage").await.unwrap();
    tenant.advance(MINUTE);
    cut.store(false, Ordering::Relaxed);
    replica
        .until("read", |it| it.revocations.health().last_error.is_none())
        .await;
    // The replica sees the beat within this time.
    tokio::time::sleep(SOON).await;
    assert!(silent_for() >= Some(60), "{:?}", silent_for());
    log.beat("after the outage").await.unwrap();
    let heard = |_: &Replica| silent_for().is_some_and(|seconds| seconds < 10);
    replica.until("heard", heard).await;
}

/// A log whose network fails between a call of `head` and the next call of `read_after`.
struct Torn {
    network: Network,
    /// If `true`, the next call of `head` appends a record, reads the head and cuts the network.
    armed: Arc<AtomicBool>,
}

impl RevocationLog for Torn {
    fn append<'a>(&'a self, records: &'a [String]) -> LogFuture<'a, ()> {
        self.network.append(records)
    }

    fn read_after(&self, position: Option<u128>, wait: Duration) -> LogFuture<'_, Vec<Logged>> {
        self.network.read_after(position, wait)
    }

    fn head(&self) -> LogFuture<'_, Head> {
        Box::pin(async {
            if !self.armed.swap(false, Ordering::Relaxed) {
                return self.network.head().await;
            }
            let entry = r#"{"v":1,"kind":"subject","id":"bob","not_before":99999999999}"#;
            self.network.append(&[entry.to_owned()]).await?;
            let head = self.network.head().await;
            self.network.cut.store(true, Ordering::Relaxed);
            head
        })
    }

    fn beat<'a>(&'a self, value: &'a str) -> LogFuture<'a, ()> {
        self.network.beat(value)
    }
}

/// The failed check finds the beat, but cannot read the records. So the time of this check does not count.
#[tokio::test]
async fn a_beat_from_before_a_failed_check_does_not_confirm_the_time_of_that_check() {
    let (tenant, log) = (tenant(), MemoryLog::new());
    let (cut, armed) = (Arc::<AtomicBool>::default(), Arc::<AtomicBool>::default());
    log.beat("before").await.unwrap();
    let torn = Torn {
        network: Network {
            log: log.clone(),
            cut: Arc::clone(&cut),
        },
        armed: Arc::clone(&armed),
    };
    let replica = Replica::start(&tenant, torn);
    replica.revocations.ready().await.unwrap();
    let silent_for = || replica.revocations.health().silent_for_seconds;
    let fails = || replica.revocations.health().last_error.is_some();
    log.beat("heard").await.unwrap();
    replica.until("heard", |_| silent_for().is_some()).await;
    cut.store(true, Ordering::Relaxed);
    replica.until("cut", |_| fails()).await;
    log.beat("during the outage").await.unwrap();
    tenant.advance(MINUTE);
    armed.store(true, Ordering::Relaxed);
    cut.store(false, Ordering::Relaxed);
    replica
        .until("torn", |_| !armed.load(Ordering::Relaxed))
        .await;
    replica.until("cut again", |_| fails()).await;
    tenant.advance(MINUTE);
    cut.store(false, Ordering::Relaxed);
    replica
        .until("read", |it| it.revocations.health().entries == 1)
        .await;
    // The replica checks the head within this time.
    tokio::time::sleep(SOON).await;
    assert!(silent_for() >= Some(120), "{:?}", silent_for());
}

/// After a failover, a replica may read records from the old primary server, and beats from the new one. Such
/// a beat does not show that the replica has read all records.
#[tokio::test]
async fn a_beat_confirms_nothing_while_the_records_before_it_cannot_be_read() {
    let (tenant, log) = (tenant(), MemoryLog::new());
    let receiver = Replica::receiver(&tenant, &log);
    receiver.revocations.ready().await.unwrap();
    let divided = Divided {
        records: MemoryLog::new(),
        others: log.clone(),
    };
    let replica = Replica::start(&tenant, divided);
    receiver.revoke("alice").await.unwrap();
    let advance = async {
        loop {
            tenant.advance(Duration::from_millis(100));
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    let hears = replica.until("heard", |it| {
        it.revocations.health().silent_for_seconds.is_some()
    });
    tokio::select! {
        heard = timeout(2 * SOON, hears) => drop(heard.unwrap_err()),
        () = advance => {}
    }
    let health = replica.revocations.health();
    assert!(health.last_error.is_some(), "{health:?}");
}

/// A log that reads records from one server, and does everything else at another server.
struct Divided {
    records: MemoryLog,
    others: MemoryLog,
}

impl RevocationLog for Divided {
    fn append<'a>(&'a self, records: &'a [String]) -> LogFuture<'a, ()> {
        self.others.append(records)
    }

    fn read_after(&self, position: Option<u128>, wait: Duration) -> LogFuture<'_, Vec<Logged>> {
        self.records.read_after(position, wait)
    }

    fn head(&self) -> LogFuture<'_, Head> {
        self.others.head()
    }

    fn beat<'a>(&'a self, value: &'a str) -> LogFuture<'a, ()> {
        self.others.beat(value)
    }
}

/// A log behind a network that the test can cut for one replica.
struct Network {
    log: MemoryLog,
    cut: Arc<AtomicBool>,
}

impl Network {
    fn reach(&self) -> Result<&MemoryLog, LogError> {
        match self.cut.load(Ordering::Relaxed) {
            true => Err(LogError::new("is cut off by the test")),
            false => Ok(&self.log),
        }
    }
}

impl RevocationLog for Network {
    fn append<'a>(&'a self, records: &'a [String]) -> LogFuture<'a, ()> {
        Box::pin(async { self.reach()?.append(records).await })
    }

    fn read_after(&self, position: Option<u128>, wait: Duration) -> LogFuture<'_, Vec<Logged>> {
        Box::pin(async move { self.reach()?.read_after(position, wait).await })
    }

    fn head(&self) -> LogFuture<'_, Head> {
        Box::pin(async { self.reach()?.head().await })
    }

    fn beat<'a>(&'a self, value: &'a str) -> LogFuture<'a, ()> {
        Box::pin(async { self.reach()?.beat(value).await })
    }
}
