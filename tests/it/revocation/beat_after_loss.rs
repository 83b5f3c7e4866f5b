//! A receiver is a process that receives webhooks. It writes beats, its signs of life, to the revocation log.
//! If the log has lost entries, the receiver writes them back before its next beat. If it wrote the beat
//! first, a new process would believe that the log is complete.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use logto_runtime::{
    RevocationLog,
    revocation_log::{Head, LogError, LogFuture, Logged},
    test_util::MemoryLog,
};
use tokio::time::{sleep, timeout};

use super::{
    KEY,
    replica::{MINUTE, Replica, tenant},
};

/// A log that counts the beats written while it is empty.
struct Counting {
    log: MemoryLog,
    beats_without_records: Arc<AtomicUsize>,
}

impl RevocationLog for Counting {
    fn append<'a>(&'a self, records: &'a [String]) -> LogFuture<'a, ()> {
        self.log.append(records)
    }

    fn read_after(&self, position: Option<u128>, wait: Duration) -> LogFuture<'_, Vec<Logged>> {
        self.log.read_after(position, wait)
    }

    fn head(&self) -> LogFuture<'_, Head> {
        self.log.head()
    }

    fn beat<'a>(&'a self, value: &'a str) -> LogFuture<'a, ()> {
        Box::pin(async move {
            self.log.beat(value).await?;
            if self.log.records().is_empty() {
                self.beats_without_records.fetch_add(1, Ordering::SeqCst);
            }
            Ok::<(), LogError>(())
        })
    }
}

#[tokio::test]
async fn after_an_outage_a_receiver_writes_lost_entries_back_before_it_beats() {
    let (tenant, log) = (tenant(), MemoryLog::new());
    let beats_without_records = Arc::default();
    let receiver = Replica::start(
        &tenant,
        Counting {
            log: log.clone(),
            beats_without_records: Arc::clone(&beats_without_records),
        },
    );
    receiver.revocations.ready().await.unwrap();
    receiver.revoke("alice").await.unwrap();
    let _route: axum::routing::MethodRouter = receiver.revocations.webhook([KEY]);
    receiver.revocations.accept_empty_log();
    let beats = async || {
        let beats = async {
            while log.head().await.unwrap().beat.is_none() {
                sleep(Duration::from_millis(5)).await;
            }
        };
        let beats = timeout(MINUTE, beats).await;
        beats.expect("the receiver must write a beat");
    };
    beats().await;
    log.cut();
    receiver
        .until("cut off", |it| it.revocations.health().last_error.is_some())
        .await;
    log.clear();
    // The next beat is due.
    tenant.advance(MINUTE);
    log.mend();
    beats().await;
    assert_eq!(log.records().len(), 1);
    assert_eq!(beats_without_records.load(Ordering::SeqCst), 0);
}
