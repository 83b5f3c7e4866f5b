//! After a pause, a process reads the revocation log. Meanwhile, the process is paused again, or the log
//! hangs. A process can also be paused while a request waits for keys.

use std::{
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use futures_util::FutureExt;
use logto_runtime::{
    RejectionCode, RevocationLog,
    revocation_log::{Head, LogFuture, Logged},
    test_util::MemoryLog,
};
use tokio::{
    sync::watch,
    task::yield_now,
    time::{Instant, timeout},
};

use super::replica::{Replica, code, tenant};

type Hook = Arc<dyn Fn() + Send + Sync>;

/// A log that calls `hook` after a read of its head, and then sets `held` to `true`. While `held` is `true`,
/// the log does not answer `read_after`.
#[derive(Clone)]
struct Staged {
    log: MemoryLog,
    /// The log calls `hook` after this many more reads of the head. With zero, it never calls `hook`.
    heads: Arc<AtomicUsize>,
    hook: Arc<Mutex<Option<Hook>>>,
    held: Arc<watch::Sender<bool>>,
}

impl Staged {
    fn new(log: MemoryLog) -> Self {
        Self {
            log,
            heads: Arc::default(),
            hook: Arc::default(),
            held: Arc::default(),
        }
    }
}

impl RevocationLog for Staged {
    fn append<'a>(&'a self, records: &'a [String]) -> LogFuture<'a, ()> {
        self.log.append(records)
    }

    fn read_after(&self, position: Option<u128>, wait: Duration) -> LogFuture<'_, Vec<Logged>> {
        Box::pin(async move {
            wait_until(&self.held, false).await;
            let read = self.log.read_after(position, wait).await;
            wait_until(&self.held, false).await;
            read
        })
    }

    fn head(&self) -> LogFuture<'_, Head> {
        Box::pin(async move {
            let head = self.log.head().await;
            let left = self.heads.load(Ordering::SeqCst);
            self.heads.store(left.saturating_sub(1), Ordering::SeqCst);
            if left == 1 {
                let hook = self.hook.lock().unwrap().clone();
                hook.unwrap()();
                self.held.send_replace(true);
            }
            head
        })
    }

    fn beat<'a>(&'a self, value: &'a str) -> LogFuture<'a, ()> {
        self.log.beat(value)
    }
}

async fn wait_until(held: &watch::Sender<bool>, expected: bool) {
    let mut held = held.subscribe();
    held.wait_for(|held| *held == expected).await.unwrap();
}

/// After the first pause, the process reads the log. During the second pause, the answer of the log lies in a
/// buffer. In the first round, a request arrives after the second pause. In the second round, the request has
/// waited since the first pause.
#[tokio::test]
async fn a_second_pause_during_the_reading_after_the_first_is_noticed_too() {
    for waits_already in [false, true] {
        let (tenant, log) = (Arc::new(tenant()), MemoryLog::new());
        let staged = Staged::new(log.clone());
        let replica = Replica::start(&tenant, staged.clone());
        replica.revocations.ready().await.unwrap();
        let token = tenant.token().user("alice").mint();
        replica.verify(&token).await.unwrap();

        let entry = r#"{"v":1,"kind":"subject","id":"alice","not_before":99999999999}"#;
        let pause: Hook = {
            let tenant = Arc::clone(&tenant);
            Arc::new(move || {
                let entry = [entry.to_owned()];
                log.append(&entry).now_or_never().unwrap().unwrap();
                tenant.advance(Duration::from_secs(600));
            })
        };
        *staged.hook.lock().unwrap() = Some(pause);
        // The hook runs after the second call of `head`. The first call comes from the reading that the first
        // pause interrupts, the second call from the next reading.
        staged.heads.store(2, Ordering::SeqCst);
        tenant.advance(Duration::from_secs(600));
        let paused_twice = wait_until(&staged.held, true);
        let release = async {
            // Meanwhile, the request begins to wait.
            for _ in 0..20 {
                yield_now().await;
            }
            staged.held.send_replace(false);
        };
        let request = replica.verify(&token);
        let (refused, ()) = if waits_already {
            tokio::join!(request, async {
                paused_twice.await;
                release.await;
            })
        } else {
            paused_twice.await;
            tokio::join!(request, release)
        };
        assert_eq!(
            code(refused),
            Some(RejectionCode::Revoked),
            "{waits_already}"
        );
    }
}

/// The log answers at first. Then it hangs, like a server behind a broken network link. The token may have
/// been revoked during the pause. So the token is not accepted before the log counts as out of reach.
#[tokio::test]
async fn after_a_pause_requests_get_503_after_two_seconds_until_the_log_is_known_to_be_out_of_reach()
 {
    let (tenant, log) = (tenant(), MemoryLog::new());
    let staged = Staged {
        log,
        heads: Arc::default(),
        hook: Arc::default(),
        held: Arc::default(),
    };
    let replica = Replica::start(&tenant, staged.clone());
    replica.revocations.ready().await.unwrap();
    let token = tenant.token().user("alice").mint();
    replica.verify(&token).await.unwrap();
    replica.revoke("bob").await.unwrap();
    let bob = tenant.token().user("bob").mint();
    staged.held.send_replace(true);
    tenant.advance(Duration::from_secs(6));
    let began = Instant::now();
    let (alice, bob) = tokio::join!(replica.verify(&token), replica.verify(&bob));
    let waited = began.elapsed();
    let range = Duration::from_secs(2)..Duration::from_secs(4);
    assert!(range.contains(&waited), "{waited:?}");
    assert_eq!(code(alice), Some(RejectionCode::RevocationsUnavailable));
    assert_eq!(code(bob), Some(RejectionCode::Revoked));
    let served = async { while replica.verify(&token).await.is_err() {} };
    timeout(Duration::from_secs(20), served).await.unwrap();
    assert!(replica.revocations.health().last_error.is_some());
}

/// After the first pause, the request waits for the log. After the second pause, the keys are old. So the
/// request then waits for keys. During that wait, the process is paused a third time.
#[tokio::test]
async fn a_pause_while_a_request_waits_for_keys_is_noticed_too() {
    let (tenant, log) = (tenant(), MemoryLog::new());
    let staged = Staged::new(log.clone());
    let replica = Replica::start(&tenant, staged.clone());
    replica.revocations.ready().await.unwrap();
    let token = tenant.token().user("alice").mint();
    replica.verify(&token).await.unwrap();
    let fetched = tenant.key_set_requests();

    staged.held.send_replace(true);
    tenant.advance(Duration::from_secs(6));
    let stage = async {
        // Meanwhile, the request begins to wait for the log.
        for _ in 0..20 {
            yield_now().await;
        }
        tenant.stall();
        tenant.advance(Duration::from_secs(20 * 60));
        staged.held.send_replace(false);
        // The request has waited for the log, and now waits for the keys.
        tenant.key_set_requested(fetched + 1).await;
        let entry = r#"{"v":1,"kind":"subject","id":"alice","not_before":99999999999}"#;
        staged.held.send_replace(true);
        log.append(&[entry.to_owned()]).await.unwrap();
        tenant.advance(Duration::from_secs(10));
        tenant.recover();
        replica
            .until("the keys are fetched", |it| {
                it.logto.health().key_set_age_seconds < Some(60)
            })
            .await;
        for _ in 0..20 {
            yield_now().await;
        }
        staged.held.send_replace(false);
    };
    let (refused, ()) = tokio::join!(replica.verify(&token), stage);
    assert_eq!(code(refused), Some(RejectionCode::Revoked));
}

/// Outside a tokio runtime, a request cannot wait for the log.
#[test]
fn after_a_pause_a_request_that_cannot_wait_is_refused_until_the_log_was_read() {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()
        .unwrap();
    let (tenant, staged) = (tenant(), Staged::new(MemoryLog::new()));
    let token = tenant.token().user("alice").mint();
    let replica = runtime.block_on(async {
        let replica = Replica::start(&tenant, staged.clone());
        replica.revocations.ready().await.unwrap();
        replica.verify(&token).await.unwrap();
        replica
    });
    let outside = || code(replica.verify(&token).now_or_never().unwrap());
    assert_eq!(outside(), None);
    staged.held.send_replace(true);
    tenant.advance(Duration::from_secs(600));
    assert_eq!(outside(), Some(RejectionCode::RevocationsUnavailable));
    staged.held.send_replace(false);
    runtime.block_on(replica.verify(&token)).unwrap();
    assert_eq!(outside(), None);
}
