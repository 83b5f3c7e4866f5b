//! Several replicas over one log, and a restart over a file.

use std::{fs, io, path::PathBuf, pin::pin, time::Duration};

use http::StatusCode;
use logto_runtime::{
    AuthInfo, ConfigError, FileLog, Logto, RejectionCode, Revocation, RevocationLog, Revocations,
    RevocationsBuilder, RevokeError, Silence,
    test_util::{MemoryLog, TestTenant, check_revocation_log},
};
use serde_json::json;
use tokio::time::timeout;

use super::{KEY, deliver};
use crate::support::PRODUCTS;

/// Within this time a revocation must have reached every replica.
pub(super) const SOON: Duration = Duration::from_secs(2);
const MINUTE: Duration = Duration::from_secs(60);

pub(super) fn tenant() -> TestTenant {
    TestTenant::builder()
        .resource(PRODUCTS, ["read:products"])
        .start()
}

/// A process with a list of its own.
pub(super) struct Replica {
    pub(super) revocations: Revocations,
    logto: Logto,
}

impl Replica {
    pub(super) fn start(tenant: &TestTenant, log: impl RevocationLog) -> Self {
        Self::with(tenant, log, |it| it)
    }

    fn with(
        tenant: &TestTenant,
        log: impl RevocationLog,
        settings: impl Fn(RevocationsBuilder) -> RevocationsBuilder,
    ) -> Self {
        let revocations = settings(tenant.revocations().log(log)).start().unwrap();
        let logto = tenant.logto().revocations(&revocations).build().unwrap();
        Self { revocations, logto }
    }

    /// Starts a process that receives webhooks.
    fn receiver(tenant: &TestTenant, log: &MemoryLog) -> Self {
        let receiver = Self::start(tenant, log.clone());
        let _route: axum::routing::MethodRouter = receiver.revocations.webhook([KEY]);
        receiver.revocations.accept_empty_log();
        receiver
    }

    pub(super) async fn revoke(&self, user: &str) -> Result<(), RevokeError> {
        self.revocations.revoke(Revocation::subject(user)).await
    }

    pub(super) async fn verify(
        &self,
        token: &str,
    ) -> Result<AuthInfo, (StatusCode, RejectionCode)> {
        let verified = self.logto.verify(token).await;
        verified.map_err(|rejection| (rejection.status(), rejection.code()))
    }

    /// Waits until the list is as the test wants it: the task has read, or has failed to.
    async fn until(&self, what: &str, fits: impl Fn(&Self) -> bool) {
        let fits = async {
            while !fits(self) {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        };
        timeout(5 * SOON, fits).await.expect(what);
    }
}

pub(super) fn code(
    verified: Result<AuthInfo, (StatusCode, RejectionCode)>,
) -> Option<RejectionCode> {
    verified.err().map(|(_, code)| code)
}

fn old_token(tenant: &TestTenant, age: Duration) -> String {
    let token = tenant.token().user("old");
    token.issued_at(tenant.now() - age).mint()
}

fn temporary(name: &str) -> PathBuf {
    let folder = std::env::temp_dir().join(format!("logto-{name}-{}", std::process::id()));
    fs::create_dir_all(&folder).unwrap();
    folder.join("revoked.log")
}

#[tokio::test]
async fn the_logs_of_this_crate_behave() {
    check_revocation_log(&MemoryLog::new()).await.unwrap();
    let path = temporary("suite");
    check_revocation_log(&FileLog::open(&path).unwrap())
        .await
        .unwrap();
    fs::remove_dir_all(path.parent().unwrap()).unwrap();
}

#[tokio::test]
async fn a_webhook_at_one_replica_is_refused_by_all_within_two_seconds() {
    let (tenant, log) = (tenant(), MemoryLog::new());
    let receiver = Replica::receiver(&tenant, &log);
    let others = [(); 2].map(|()| Replica::start(&tenant, log.clone()));
    let token = tenant.token().user("alice").mint();
    let mut waiting = Vec::new();
    for replica in [&receiver].into_iter().chain(&others) {
        replica.revocations.ready().await.unwrap();
        waiting.push(replica.verify(&token).await.unwrap());
    }
    let suspension = json!({
        "event": "User.SuspensionStatus.Updated", "params": { "userId": "alice" },
    });
    assert_eq!(deliver(&receiver.revocations, &suspension).await, 200);
    for caller in waiting {
        timeout(SOON, caller.until_invalid()).await.unwrap();
    }
    for replica in [&receiver].into_iter().chain(&others) {
        let refused = code(replica.verify(&token).await);
        assert_eq!(refused, Some(RejectionCode::Revoked));
    }
}

#[tokio::test]
async fn requests_are_unavailable_until_the_log_has_been_read() {
    let (tenant, log) = (tenant(), MemoryLog::new());
    let first = Replica::start(&tenant, log.clone());
    first.revoke("alice").await.unwrap();
    let token = tenant.token().user("bob").mint();
    log.cut();
    let replica = Replica::start(&tenant, log.clone());
    let careless = Replica::with(&tenant, log.clone(), RevocationsBuilder::start_empty);
    let unavailable = (
        StatusCode::SERVICE_UNAVAILABLE,
        RejectionCode::RevocationsUnavailable,
    );
    for _ in 0..3 {
        assert_eq!(replica.verify(&token).await.unwrap_err(), unavailable);
        careless.verify(&token).await.unwrap();
        tokio::task::yield_now().await;
    }
    let health = replica.logto.health();
    assert!(!health.ready, "{health:?}");
    log.mend();
    replica.revocations.ready().await.unwrap();
    replica.verify(&token).await.unwrap();
    assert!(replica.logto.health().ready);
    let revoked = tenant.token().user("alice").mint();
    let refused = code(replica.verify(&revoked).await);
    assert_eq!(refused, Some(RejectionCode::Revoked));
}

#[tokio::test]
async fn a_restart_over_a_file_forgets_nothing() {
    let tenant = tenant();
    let path = temporary("restart");
    let token = |user: &str| tenant.token().user(user).mint();
    for round in 0..3 {
        let log = FileLog::open(&path).unwrap();
        let error = FileLog::open(&path).map(drop).unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::WouldBlock, "{error}");
        let replica = Replica::start(&tenant, log);
        replica.revocations.ready().await.unwrap();
        for earlier in 0..round {
            let refused = code(replica.verify(&token(&format!("user-{earlier}"))).await);
            assert_eq!(refused, Some(RejectionCode::Revoked), "{round} {earlier}");
        }
        let user = format!("user-{round}");
        replica.verify(&token(&user)).await.unwrap();
        replica.revoke(&user).await.unwrap();
        drop(replica);
        // The task ends with its list, and closes the file.
        let closed = async {
            while FileLog::open(&path).is_err() {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        };
        timeout(5 * SOON, closed).await.unwrap();
        // A crash left half a record.
        let mut text = fs::read(&path).unwrap();
        text.extend_from_slice(br#"{"v":1,"kind":"subj"#);
        fs::write(&path, text).unwrap();
    }
    fs::remove_dir_all(path.parent().unwrap()).unwrap();
}

#[tokio::test]
async fn a_revocation_that_the_log_does_not_take_is_refused_here_and_tried_again() {
    let (tenant, log) = (tenant(), MemoryLog::new());
    let receiver = Replica::receiver(&tenant, &log);
    let other = Replica::start(&tenant, log.clone());
    let token = |user: &str| tenant.token().user(user).mint();
    for replica in [&receiver, &other] {
        replica.revocations.ready().await.unwrap();
    }
    let waiting = other.verify(&token("alice")).await.unwrap();
    log.cut();
    let error = receiver.revoke("alice").await.unwrap_err();
    assert!(matches!(error, RevokeError::NotLogged(_)), "{error}");
    let deletion = json!({ "event": "User.Deleted", "params": { "userId": "bob" } });
    assert_eq!(deliver(&receiver.revocations, &deletion).await, 503);
    for user in ["alice", "bob"] {
        let refused = code(receiver.verify(&token(user)).await);
        assert_eq!(refused, Some(RejectionCode::Revoked), "{user}");
    }
    let health = receiver.revocations.health();
    assert_eq!((health.pending, health.degraded), (2, true), "{health:?}");
    receiver.revocations.flush().await.unwrap_err();
    log.mend();
    timeout(2 * SOON, waiting.until_invalid()).await.unwrap();
    assert_eq!(receiver.revocations.health().pending, 0);
    let refused = code(other.verify(&token("bob")).await);
    assert_eq!(refused, Some(RejectionCode::Revoked));
}

#[tokio::test]
async fn what_a_log_has_lost_is_written_back() {
    let lose: [fn(&MemoryLog); 2] = [MemoryLog::clear, |log| log.restore(1)];
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
        // The task has read its own records when it waits for another one.
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

/// Without a network, and with an old master that still answers reads.
#[tokio::test]
async fn silence_is_answered_as_the_setting_says_and_ends_when_somebody_is_heard() {
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
            // The clock has jumped, so the first request waits for one reading.
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
                    tenant.advance(Duration::from_millis(50));
                    !it.revocations.health().degraded
                })
                .await;
            let old = old_token(&tenant, MINUTE * 2);
            replica.verify(&old).await.unwrap();
        }
    }
}

/// The test's runtime has one thread, so the task reads nothing while the test does not wait.
#[tokio::test]
async fn the_first_request_after_a_pause_waits_until_the_log_was_read() {
    let (tenant, log) = (tenant(), MemoryLog::new());
    let replica = Replica::start(&tenant, log.clone());
    replica.revocations.ready().await.unwrap();
    let token = tenant.token().user("alice").mint();
    replica.verify(&token).await.unwrap();
    let other = Replica::with(&tenant, log.clone(), RevocationsBuilder::start_empty);
    other.revoke("alice").await.unwrap();
    tenant.advance(Duration::from_secs(600));
    let refused = code(replica.verify(&token).await);
    assert_eq!(refused, Some(RejectionCode::Revoked));
}

#[tokio::test]
async fn records_of_a_later_version_are_skipped_counted_and_shown() {
    let (tenant, log) = (tenant(), MemoryLog::new());
    let later = [
        r#"{"v":2,"kind":"subject","id":"alice","not_before":9999999999}"#.to_owned(),
        r#"{"v":1,"kind":"planet","id":"alice","not_before":9999999999}"#.to_owned(),
        "garbage".to_owned(),
    ];
    log.append(&later).await.unwrap();
    let replica = Replica::start(&tenant, log.clone());
    replica.revocations.ready().await.unwrap();
    let health = replica.revocations.health();
    assert_eq!(
        (health.skipped, health.entries, health.degraded),
        (3, 0, true)
    );
    replica
        .verify(&tenant.token().user("alice").mint())
        .await
        .unwrap();
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

#[test]
fn a_connection_ends_with_the_runtime_that_reads_the_log() {
    let (tenant, log) = (tenant(), MemoryLog::new());
    let mut reading = tokio::runtime::Builder::new_multi_thread();
    let reading = reading.worker_threads(1).enable_all().build().unwrap();
    let serving = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let replica = {
        let _entered = reading.enter();
        Replica::start(&tenant, log)
    };
    let token = tenant.token().user("alice").mint();
    let caller = serving.block_on(async {
        replica.revocations.ready().await.unwrap();
        replica.verify(&token).await.unwrap()
    });
    reading.shutdown_background();
    serving.block_on(async { timeout(SOON, caller.until_invalid()).await.unwrap() });
}

#[test]
fn a_log_needs_a_runtime_and_silence_needs_time() {
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
