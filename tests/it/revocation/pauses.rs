//! A process is paused again: while it reads the revocation log after the first pause, or while a request
//! waits for keys. In another test, the log does not answer after a pause.

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
use tokio::{sync::watch, task::yield_now, time::Instant};

use super::replica::{Replica, code, tenant};

type Hook = Arc<dyn Fn() + Send + Sync>;

/// A log that answers no read while `held` is `true`. After a read of its head, it can call `hook`, and then
/// sets `held` to `true`.
#[derive(Clone)]
struct Staged {
    log: MemoryLog,
    /// `hook` is called after this many reads of the head. With zero, it is not called.
    heads: Arc<AtomicUsize>,
    hook: Arc<Mutex<Option<Hook>>>,
    held: Arc<watch::Sender<bool>>,
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

/// The process reads the log after the first pause. During the second pause, the answer waits in a buffer.
/// The request begins after the second pause, or it has waited since the first one.
#[tokio::test]
async fn a_second_pause_during_the_reading_after_the_first_is_noticed_too() {
    for waits_already in [false, true] {
        let (tenant, log) = (Arc::new(tenant()), MemoryLog::new());
        let staged = Staged {
            log: log.clone(),
            heads: Arc::default(),
            hook: Arc::default(),
            held: Arc::default(),
        };
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
        // The first pause interrupts a reading, which reads the head once. The next reading reads it a second
        // time.
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

/// The log hangs, like a server behind a broken link.
#[tokio::test]
async fn after_a_pause_a_request_waits_at_most_two_seconds_for_a_log_that_does_not_answer() {
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
    staged.held.send_replace(true);
    tenant.advance(Duration::from_secs(6));
    // From here on, the time of tokio jumps to the next timer whenever all tasks wait.
    tokio::time::pause();
    let began = Instant::now();
    replica.verify(&token).await.unwrap();
    let waited = began.elapsed();
    assert!(waited >= Duration::from_millis(100), "{waited:?}");
    assert!(waited <= Duration::from_millis(2_100), "{waited:?}");
}

/// After the first pause, the request waits for the log. After a second pause, the keys are old, too, so the
/// request then waits for keys. During that wait, the process is paused a third time.
#[tokio::test]
async fn a_pause_while_a_request_waits_for_keys_is_noticed_too() {
    let (tenant, log) = (tenant(), MemoryLog::new());
    let staged = Staged {
        log: log.clone(),
        heads: Arc::default(),
        hook: Arc::default(),
        held: Arc::default(),
    };
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
