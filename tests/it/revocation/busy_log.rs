//! A log to which other processes append all the time, so that no page is empty.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::Duration,
};

use futures_util::FutureExt;
use logto_runtime::{
    RejectionCode, RevocationLog,
    revocation_log::{Head, LogFuture, Logged},
    test_util::{MemoryLog, TestTenant},
};
use tokio::time::{sleep, timeout};

use super::{
    KEY,
    replica::{MINUTE, Replica, code},
};
use crate::support::PRODUCTS;

/// How long a read takes.
const LATENCY: Duration = Duration::from_millis(20);

/// A log that gets three records during each read while `is_busy` is `true`.
struct Busy {
    log: MemoryLog,
    is_busy: Arc<AtomicBool>,
    records: AtomicU64,
    /// Its clock moves with the time of tokio.
    tenant: Arc<TestTenant>,
}

impl RevocationLog for Busy {
    fn append<'a>(&'a self, records: &'a [String]) -> LogFuture<'a, ()> {
        self.log.append(records)
    }

    fn read_after(&self, position: Option<u128>, wait: Duration) -> LogFuture<'_, Vec<Logged>> {
        Box::pin(async move {
            sleep(LATENCY).await;
            self.tenant.advance(LATENCY);
            if !self.is_busy.load(Ordering::SeqCst) {
                return self.log.read_after(position, Duration::ZERO).await;
            }
            let first = self.records.fetch_add(3, Ordering::SeqCst);
            let records: Vec<_> = (first..first + 3)
                .map(|it| entry(&it.to_string()))
                .collect();
            self.log.append(&records).await?;
            self.log.read_after(position, wait).await
        })
    }

    fn head(&self) -> LogFuture<'_, Head> {
        self.log.head()
    }

    fn beat<'a>(&'a self, value: &'a str) -> LogFuture<'a, ()> {
        self.log.beat(value)
    }
}

pub(super) fn entry(user: &str) -> String {
    format!(r#"{{"v":1,"kind":"subject","id":"{user}","not_before":99999999999}}"#)
}

/// Returns a tenant, and a log with an entry for alice. The time of tokio is paused in these tests, so the
/// tenant does not have a server, for which they would wait.
pub(super) async fn tenant_and_log() -> (Arc<TestTenant>, MemoryLog) {
    let tenant = TestTenant::builder()
        .resource(PRODUCTS, ["read:products"])
        .offline()
        .start();
    tenant.set_now(tenant.now());
    let log = MemoryLog::new();
    log.append(&[entry("alice")]).await.unwrap();
    (Arc::new(tenant), log)
}

/// A replica with a busy log.
struct Scene {
    tenant: Arc<TestTenant>,
    log: MemoryLog,
    is_busy: Arc<AtomicBool>,
    replica: Replica,
}

impl Scene {
    /// Starts the replica. The log then has an entry for alice.
    async fn start(is_busy: bool) -> Self {
        let (tenant, log) = tenant_and_log().await;
        let is_busy = Arc::new(AtomicBool::new(is_busy));
        let busy = Busy {
            log: log.clone(),
            is_busy: Arc::clone(&is_busy),
            records: AtomicU64::new(0),
            tenant: Arc::clone(&tenant),
        };
        let replica = Replica::start(&tenant, busy);
        Self {
            tenant,
            log,
            is_busy,
            replica,
        }
    }

    /// Returns the code of the rejection of a user's token.
    async fn refused(&self, user: &str) -> Option<RejectionCode> {
        let token = self.tenant.token().user(user).mint();
        code(self.replica.verify(&token).await)
    }
}

#[tokio::test(start_paused = true)]
async fn a_replica_becomes_ready_although_records_arrive_all_the_time() {
    let scene = Scene::start(true).await;
    scene.replica.revocations.ready().await.unwrap();
    assert_eq!(scene.refused("alice").await, Some(RejectionCode::Revoked));
    assert_eq!(scene.refused("bob").await, None);
}

/// The check that is due after two seconds is not needed for this. The time of tokio is paused, so a slow
/// machine does not matter.
#[tokio::test(start_paused = true)]
async fn a_replica_becomes_ready_once_it_has_read_what_the_log_had_at_the_start() {
    let scene = Scene::start(true).await;
    let ready = scene.replica.revocations.ready();
    timeout(10 * LATENCY, ready).await.unwrap().unwrap();
    assert_eq!(scene.refused("alice").await, Some(RejectionCode::Revoked));
}

/// During a suspension, the wall clock goes on, and the monotonic clock stands still. The replica then reads
/// the log from its start.
#[tokio::test(start_paused = true)]
async fn after_a_suspension_a_replica_serves_although_records_arrive_all_the_time() {
    let scene = Scene::start(false).await;
    scene.replica.revocations.ready().await.unwrap();
    scene.is_busy.store(true, Ordering::SeqCst);
    scene.log.append(&[entry("carol")]).await.unwrap();
    // The first step moves only the wall clock, because the monotonic clock does not go back.
    scene.tenant.set_now(scene.tenant.now() - 2 * MINUTE);
    let _reads_the_clock = scene.replica.revocations.health();
    scene.tenant.advance(10 * MINUTE);
    assert_eq!(scene.refused("bob").await, None);
    assert_eq!(scene.refused("carol").await, Some(RejectionCode::Revoked));
}

/// The server of the log restarts without its records. Afterwards, the replica writes beats, its signs of
/// life.
#[tokio::test(start_paused = true)]
async fn lost_records_are_written_back_although_records_arrive_all_the_time() {
    let scene = Scene::start(false).await;
    let list = &scene.replica.revocations;
    list.ready().await.unwrap();
    let _route: axum::routing::MethodRouter = list.webhook([KEY]);
    list.accept_empty_log();
    let has_beat = |_: &Replica| {
        let head = scene.log.head().now_or_never().unwrap();
        head.unwrap().beat.is_some()
    };
    scene.replica.until("a beat", has_beat).await;
    scene.is_busy.store(true, Ordering::SeqCst);
    scene.log.clear();
    scene.log.restore(0);
    let has_alice = |_: &Replica| {
        let records = scene.log.records();
        records.iter().any(|record| record.contains("alice"))
    };
    assert!(!has_alice(&scene.replica) && !has_beat(&scene.replica));
    scene.replica.until("written back", has_alice).await;
    scene.replica.until("a new beat", has_beat).await;
}
