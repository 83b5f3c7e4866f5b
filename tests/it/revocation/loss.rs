//! A revocation log that loses records.

use std::{
    cell::RefCell,
    sync::atomic::{AtomicBool, Ordering},
    time::Duration,
};

use logto_runtime::{
    RejectionCode, RevocationLog, RevokeError,
    revocation_log::{Head, LogError, LogFuture, Logged},
    test_util::MemoryLog,
};

use super::{
    KEY,
    replica::{Replica, code, tenant},
};
use crate::events::Events;

#[tokio::test]
async fn records_that_a_log_has_lost_are_written_back() {
    let lose: [fn(&MemoryLog); 3] = [MemoryLog::clear, |log| log.restore(1), |log| log.trim(1)];
    for lose in lose {
        let (tenant, log) = (tenant(), MemoryLog::new());
        let replica = Replica::start(&tenant, log.clone());
        replica.revocations.ready().await.unwrap();
        for user in ["alice", "bob", "carol"] {
            replica.revoke(user).await.unwrap();
        }
        replica
            .until("read", |it| it.revocations.health().entries == 3)
            .await;
        // `entries` counts a new entry at once. During this sleep, the replica reads the entry's record.
        tokio::time::sleep(Duration::from_millis(50)).await;
        lose(&log);
        replica
            .until("written back", |_| log.records().len() >= 3)
            .await;
        let new = Replica::start(&tenant, log.clone());
        new.revocations.ready().await.unwrap();
        for user in ["alice", "bob", "carol"] {
            let token = tenant.token().user(user).mint();
            let refused = code(new.verify(&token).await);
            assert_eq!(refused, Some(RejectionCode::Revoked), "{user}");
        }
    }
}

#[tokio::test]
async fn a_loss_is_noticed_under_a_constant_stream_of_records() {
    let (tenant, log) = (tenant(), MemoryLog::new());
    let [replica, other] = [(); 2].map(|()| Replica::start(&tenant, log.clone()));
    replica.revocations.ready().await.unwrap();
    replica.revoke("alice").await.unwrap();
    let stream = async {
        for number in 0.. {
            other.revoke(&format!("user-{number}")).await.unwrap();
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    };
    let has_alice = || log.records().iter().any(|record| record.contains("alice"));
    let test = async {
        replica
            .until("read", |it| it.revocations.health().entries > 1)
            .await;
        log.trim(1);
        assert!(!has_alice());
        replica.until("written back", |_| has_alice()).await;
    };
    tokio::select! { () = test => {} () = stream => {} }
}

/// The replica has no right to write. It must still read the records that other processes write.
#[tokio::test]
async fn a_replica_that_cannot_write_goes_on_reading() {
    let (tenant, log) = (tenant(), MemoryLog::new());
    let replica = Replica::start(&tenant, ReadOnly(log.clone()));
    let writer = Replica::start(&tenant, log.clone());
    for it in [&replica, &writer] {
        it.revocations.ready().await.unwrap();
    }
    let error = replica.revoke("carol").await.unwrap_err();
    assert!(matches!(error, RevokeError::NotLogged(_)), "{error}");
    writer.revoke("alice").await.unwrap();
    replica
        .until("read", |it| it.revocations.health().entries == 2)
        .await;
    log.clear();
    writer.revoke("bob").await.unwrap();
    replica
        .until("read again", |it| it.revocations.health().entries == 3)
        .await;
    let health = replica.revocations.health();
    assert!(health.ready && health.degraded, "{health:?}");
    assert_eq!(health.pending, 1, "{health:?}");
    let error = health.last_error.as_deref();
    assert_eq!(error, Some("the log of revocations may not be written"));
}

/// A replica that does not receive webhooks needs no right to write, so its health shows no error. But
/// operators must learn that the log has lost entries.
#[tokio::test]
async fn a_read_only_replica_logs_once_that_it_has_no_right_to_write_lost_entries_back() {
    for receives in [false, true] {
        let (tenant, log, elsewhere) = (tenant(), MemoryLog::new(), MemoryLog::new());
        let writer = Replica::start(&tenant, elsewhere.clone());
        writer.revoke("alice").await.unwrap();
        // The test copies the entry into `log`. If `writer` used `log`, it would write the lost entry back.
        let records = elsewhere.records();
        log.append(&records).await.unwrap();
        log.beat("of a process that knows the log").await.unwrap();
        let replica = Replica::start(&tenant, ReadOnly(log.clone()));
        replica
            .until("read", |it| it.revocations.health().entries == 1)
            .await;
        if receives {
            let _route: axum::routing::MethodRouter = replica.revocations.webhook([KEY]);
        }
        let events = Events::collect();
        log.clear();
        let logged = RefCell::new(Vec::new());
        let times_logged = |message: &str| {
            let mut logged = logged.borrow_mut();
            logged.extend(events.take());
            let matching = logged.iter().filter(|it| it.message.contains(message));
            matching.count()
        };
        if receives {
            let last_error = |it: &Replica| it.revocations.health().last_error;
            replica.until("fails", |it| last_error(it).is_some()).await;
            let error = last_error(&replica).unwrap();
            assert_eq!(error, "the log of revocations may not be written");
            continue;
        }
        let lost = "no right to write them back";
        replica.until("logged", |_| times_logged(lost) == 1).await;
        assert_eq!(replica.revocations.health().last_error, None);
        // Another process has written the entry back.
        log.append(&records).await.unwrap();
        replica
            .until("complete", |_| times_logged("is complete again") == 1)
            .await;
        assert_eq!(times_logged(lost), 1);
        assert_eq!(times_logged("can't read or write"), 0);
    }
}

/// A log that fails over to another server after the first call of `read_after`.
struct FailsOver {
    old: MemoryLog,
    new: MemoryLog,
    has_failed_over: AtomicBool,
    /// Makes the first call to the new server fail.
    breaks_off: AtomicBool,
}

impl FailsOver {
    fn current(&self) -> Result<&MemoryLog, LogError> {
        if !self.has_failed_over.load(Ordering::SeqCst) {
            return Ok(&self.old);
        }
        match self.breaks_off.swap(false, Ordering::SeqCst) {
            true => Err(LogError::new("fails over in the test")),
            false => Ok(&self.new),
        }
    }
}

impl RevocationLog for FailsOver {
    fn append<'a>(&'a self, records: &'a [String]) -> LogFuture<'a, ()> {
        Box::pin(async { self.current()?.append(records).await })
    }

    fn read_after(&self, position: Option<u128>, wait: Duration) -> LogFuture<'_, Vec<Logged>> {
        Box::pin(async move {
            let page = self.current()?.read_after(position, wait).await;
            self.has_failed_over.store(true, Ordering::SeqCst);
            page
        })
    }

    fn head(&self) -> LogFuture<'_, Head> {
        Box::pin(async { self.current()?.head().await })
    }

    fn beat<'a>(&'a self, value: &'a str) -> LogFuture<'a, ()> {
        Box::pin(async { self.current()?.beat(value).await })
    }
}

#[tokio::test]
async fn after_a_failover_during_the_first_reading_a_replica_reads_from_the_start() {
    for breaks_off in [true, false] {
        let (tenant, old, new) = (tenant(), MemoryLog::new(), MemoryLog::new());
        // The first record is bob's on the old server, and alice's on the new one. So a replica that goes on
        // at the second record misses alice's.
        let record = |user: &str| {
            format!(r#"{{"v":1,"kind":"subject","id":"{user}","not_before":99999999999}}"#)
        };
        old.append(&[record("bob")]).await.unwrap();
        new.append(&[record("alice"), record("bob")]).await.unwrap();
        for log in [&old, &new] {
            log.beat("of a process that knows the log").await.unwrap();
        }
        // Gives the new server an `instance` that differs from the old server's.
        new.restore(2);
        let log = FailsOver {
            old,
            new,
            has_failed_over: AtomicBool::new(false),
            breaks_off: AtomicBool::new(breaks_off),
        };
        let replica = Replica::start(&tenant, log);
        replica.revocations.ready().await.unwrap();
        for user in ["alice", "bob"] {
            let token = tenant.token().user(user).mint();
            let refused = code(replica.verify(&token).await);
            let revoked = Some(RejectionCode::Revoked);
            assert_eq!(refused, revoked, "{user}, breaks off: {breaks_off}");
        }
    }
}

/// A log that the process may only read.
struct ReadOnly(MemoryLog);

impl RevocationLog for ReadOnly {
    fn append<'a>(&'a self, _: &'a [String]) -> LogFuture<'a, ()> {
        Box::pin(async { Err(LogError::may_not_write("may not be written")) })
    }

    fn read_after(&self, position: Option<u128>, wait: Duration) -> LogFuture<'_, Vec<Logged>> {
        self.0.read_after(position, wait)
    }

    fn head(&self) -> LogFuture<'_, Head> {
        self.0.head()
    }

    fn beat<'a>(&'a self, _: &'a str) -> LogFuture<'a, ()> {
        Box::pin(async { Err(LogError::may_not_write("may not be written")) })
    }
}
