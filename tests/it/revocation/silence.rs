//! What happens while a replica hears no receiver (a process for webhooks), because it sees no new beat.

use std::{
    cell::RefCell,
    pin::pin,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use logto_runtime::{
    ConfigError, RejectionCode, RevocationLog, Revocations, Silence,
    revocation_log::{Head, LogError, LogFuture, Logged},
    test_util::{MemoryLog, TestTenant},
};
use tokio::time::timeout;

use super::{
    KEY,
    replica::{MINUTE, Replica, SOON, code, tenant},
};
use crate::events::Events;

fn old_token(tenant: &TestTenant, age: Duration) -> String {
    let token = tenant.token().user("old");
    token.issued_at(tenant.now() - age).mint()
}

/// Once the log cannot be reached, and once it is an old primary server that still answers reads.
#[tokio::test]
async fn during_silence_requests_are_answered_as_the_setting_says_until_a_beat_is_seen() {
    let silences: [fn(&MemoryLog); 2] = [MemoryLog::cut, MemoryLog::freeze];
    for silence in silences {
        for mode in [
            Silence::Serve,
            Silence::RefuseOlderThan(MINUTE),
            Silence::Unavailable(MINUTE),
        ] {
            let (tenant, log) = (tenant(), MemoryLog::new());
            let receiver = Replica::receiver(&tenant, &log);
            receiver.revocations.ready().await.unwrap();
            let replica = Replica::with(&tenant, log.clone(), |it| it.when_silent(mode));
            replica.revocations.accept_empty_log();
            replica
                .until("heard", |it| {
                    tenant.advance(Duration::from_millis(100));
                    it.revocations.health().silent_for_seconds.is_some()
                })
                .await;
            receiver.revoke("alice").await.unwrap();
            let alice = tenant
                .token()
                .user("alice")
                .issued_at(tenant.now() - 2 * MINUTE)
                .mint();
            replica
                .until("read", |it| it.revocations.health().entries == 1)
                .await;
            silence(&log);
            tenant.advance(MINUTE + SOON);
            let (old, new) = (
                old_token(&tenant, MINUTE * 2),
                old_token(&tenant, Duration::ZERO),
            );
            // The clock has jumped, so the first request waits for one attempt to read the log.
            let expected = match mode {
                Silence::RefuseOlderThan(_) => [Some(RejectionCode::OlderThanRevocations), None],
                Silence::Unavailable(_) => [Some(RejectionCode::RevocationsUnavailable); 2],
                _ => [None; 2],
            };
            let got = [
                code(replica.verify(&old).await),
                code(replica.verify(&new).await),
            ];
            assert_eq!(got, expected, "{mode:?}");
            let known = code(replica.verify(&alice).await);
            assert_eq!(known, Some(RejectionCode::Revoked), "{mode:?}");
            let health = replica.revocations.health();
            assert!(health.degraded, "{health:?}");

            log.mend();
            replica
                .until("heard again", |it| {
                    tenant.advance(Duration::from_millis(20));
                    !it.revocations.health().degraded
                })
                .await;
            let old = old_token(&tenant, MINUTE * 2);
            replica.verify(&old).await.unwrap();
        }
    }
}

/// The receiver may have ended between its last beat and the end of the outage.
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
    replica.until("heard", |_| silent_for() < Some(10)).await;
}

/// A network that fails once, between the head of a log and the records up to that head.
struct Torn {
    network: Network,
    /// Whether the next head is the last call before the network fails. A record is appended before the head.
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

/// A check that fails has not read the records before the beat, so it does not count as a check.
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

/// After a failover, a replica may read records from the old primary, and beats from the new one. The beats of
/// the new primary say nothing about records that the replica cannot read.
#[tokio::test]
async fn beats_do_not_confirm_while_the_records_before_them_cannot_be_read() {
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

#[tokio::test]
async fn a_new_log_counts_as_silence_until_somebody_accepts_it() {
    let (tenant, log) = (tenant(), MemoryLog::new());
    let replica = Replica::start(&tenant, log.clone());
    let _route: axum::routing::MethodRouter = replica.revocations.webhook([KEY]);
    replica.revocations.ready().await.unwrap();
    let heard = |it: &Replica| it.revocations.health().silent_for_seconds.is_some();
    let mut wait = pin!(replica.until("heard", heard));
    timeout(SOON, wait.as_mut()).await.unwrap_err();
    replica.revocations.accept_empty_log();
    let advance = async {
        loop {
            tenant.advance(Duration::from_secs(1));
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    tokio::select! { () = wait => {} () = advance => {} }
}

/// The error lists causes that do not apply while the log is out of reach. So it then also has a `reason`.
#[tokio::test]
async fn the_error_about_silence_says_why_the_log_fails() {
    for cut in [true, false] {
        let (tenant, log) = (tenant(), MemoryLog::new());
        let receiver = Replica::receiver(&tenant, &log);
        receiver
            .until("heard", |it| {
                tenant.advance(Duration::from_millis(100));
                !it.revocations.health().degraded
            })
            .await;
        let events = Events::collect();
        match cut {
            true => log.cut(),
            false => log.freeze(),
        }
        let silent = RefCell::new(Vec::new());
        receiver
            .until("silent", |_| {
                tenant.advance(Duration::from_secs(1));
                let mut silent = silent.borrow_mut();
                silent.extend(events.take());
                silent.retain(|it| it.message.contains("nothing is heard"));
                !silent.is_empty()
            })
            .await;
        let silent = silent.take();
        let reason = silent[0].fields.get("reason");
        assert_eq!(reason.is_some(), cut, "{silent:?}");
        let names_the_log = reason.is_none_or(|it| it.starts_with("the log of revocations "));
        assert!(names_the_log, "{reason:?}");
    }
}

#[test]
fn a_log_needs_a_runtime_and_when_silent_needs_at_least_15_seconds() {
    let builder = || Revocations::builder("https://t.logto.app").log(MemoryLog::new());
    let error = builder().start().unwrap_err();
    assert!(
        matches!(error, ConfigError::Setting { setting: "log", .. }),
        "{error}"
    );
    let short = Duration::from_secs(14);
    for silence in [Silence::RefuseOlderThan(short), Silence::Unavailable(short)] {
        let error = builder().when_silent(silence).start().unwrap_err();
        let setting = matches!(
            error,
            ConfigError::Setting {
                setting: "when_silent",
                ..
            }
        );
        assert!(setting, "{error}");
    }
}
