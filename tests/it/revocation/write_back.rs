//! What happens while entries that the log has lost are written back.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::Duration,
};

use logto_runtime::{
    RevocationLog,
    revocation_log::{Head, LogFuture, Logged},
    test_util::{MemoryLog, TestTenant},
};
use tokio::time::sleep;

use super::{
    busy_log::{entry, tenant_and_log},
    replica::{Replica, code, tenant},
};

fn has_alice(log: &MemoryLog) -> bool {
    let records = log.records();
    records.iter().any(|record| record.contains("alice"))
}

/// A log whose calls take long while `is_slow` is `true`. A page then has one record.
struct Slow {
    log: MemoryLog,
    is_slow: Arc<AtomicBool>,
    /// Its clock moves with the time of tokio.
    tenant: Arc<TestTenant>,
}

impl Slow {
    /// Waits for tenths of a second if the log is slow.
    async fn take(&self, tenths: u32) {
        const TENTH: Duration = Duration::from_millis(100);
        for _ in 0..tenths {
            if self.is_slow.load(Ordering::SeqCst) {
                sleep(TENTH).await;
                self.tenant.advance(TENTH);
            }
        }
    }
}

impl RevocationLog for Slow {
    fn append<'a>(&'a self, records: &'a [String]) -> LogFuture<'a, ()> {
        Box::pin(async move {
            self.take(19).await;
            self.log.append(records).await
        })
    }

    fn read_after(&self, position: Option<u128>, _: Duration) -> LogFuture<'_, Vec<Logged>> {
        Box::pin(async move {
            // Without this wait, the task that reads the log would never let the others run.
            sleep(Duration::from_millis(20)).await;
            self.take(5).await;
            let mut page = self.log.read_after(position, Duration::ZERO).await?;
            if self.is_slow.load(Ordering::SeqCst) {
                page.truncate(1);
            }
            Ok(page)
        })
    }

    fn head(&self) -> LogFuture<'_, Head> {
        Box::pin(async move {
            self.take(9).await;
            self.log.head().await
        })
    }

    fn beat<'a>(&'a self, value: &'a str) -> LogFuture<'a, ()> {
        self.log.beat(value)
    }
}

/// The check of the head begins after two seconds, and reads the rest of the log for more than five seconds.
#[tokio::test(start_paused = true)]
async fn after_a_long_reading_requests_are_answered_while_lost_entries_are_written_back() {
    let (tenant, log) = tenant_and_log().await;
    let is_slow = Arc::new(AtomicBool::new(false));
    let slow = Slow {
        log: log.clone(),
        is_slow: Arc::clone(&is_slow),
        tenant: Arc::clone(&tenant),
    };
    let replica = Replica::start(&tenant, slow);
    replica.revocations.ready().await.unwrap();
    let bob = tenant.token().user("bob").mint();
    assert_eq!(code(replica.verify(&bob).await), None);
    log.clear();
    log.restore(0);
    let others: Vec<_> = (0..30).map(|it| entry(&it.to_string())).collect();
    log.append(&others).await.unwrap();
    is_slow.store(true, Ordering::SeqCst);
    while !has_alice(&log) {
        assert_eq!(code(replica.verify(&bob).await), None);
        sleep(Duration::from_millis(20)).await;
    }
}

/// A log whose server is restarted after each reading from the start, before entries are written back.
#[derive(Clone, Default)]
struct Restarting {
    log: MemoryLog,
    is_restarting: Arc<AtomicBool>,
    restarts: Arc<AtomicU64>,
    /// How many times the head was read after the last reading from the start began.
    heads: Arc<AtomicU64>,
}

impl RevocationLog for Restarting {
    fn append<'a>(&'a self, records: &'a [String]) -> LogFuture<'a, ()> {
        self.log.append(records)
    }

    fn read_after(&self, position: Option<u128>, wait: Duration) -> LogFuture<'_, Vec<Logged>> {
        if position.is_none() {
            self.heads.store(0, Ordering::SeqCst);
        }
        self.log.read_after(position, wait)
    }

    fn head(&self) -> LogFuture<'_, Head> {
        Box::pin(async move {
            // The first head belongs to the check at the end of the log.
            let second = self.heads.fetch_add(1, Ordering::SeqCst) == 1;
            if second && self.is_restarting.load(Ordering::SeqCst) {
                self.restarts.fetch_add(1, Ordering::SeqCst);
            }
            let restarts = self.restarts.load(Ordering::SeqCst);
            let head = self.log.head().await?;
            Ok(Head {
                instance: format!("{} {restarts}", head.instance),
                ..head
            })
        })
    }

    fn beat<'a>(&'a self, value: &'a str) -> LogFuture<'a, ()> {
        self.log.beat(value)
    }
}

#[tokio::test]
async fn a_restart_of_the_log_while_lost_entries_are_written_back_is_an_error_with_a_fix() {
    let (tenant, log) = (tenant(), Restarting::default());
    let replica = Replica::start(&tenant, log.clone());
    replica.revocations.ready().await.unwrap();
    replica.revoke("alice").await.unwrap();
    log.is_restarting.store(true, Ordering::SeqCst);
    // The server restarts without its records.
    log.log.restore(0);
    let error = "was restarted or replaced while lost entries were written back; if this error stays, see \
                 why its server restarts or loses records";
    let has_error = |replica: &Replica| {
        let found = replica.revocations.health().last_error;
        found.is_some_and(|found| found.to_string().contains(error))
    };
    replica.until("the error", has_error).await;
    assert!(!has_alice(&log.log));
    log.is_restarting.store(false, Ordering::SeqCst);
    let is_mended = |replica: &Replica| has_alice(&log.log) && !has_error(replica);
    replica.until("written back", is_mended).await;
}
