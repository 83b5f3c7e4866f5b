//! The task that reads the log: it is paused twice, its log panics, and its runtime ends.

use std::{
    panic::AssertUnwindSafe,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use futures_util::FutureExt;
use logto_runtime::{
    RejectionCode, RevocationLog, RevocationsBuilder,
    revocation_log::{Head, LogFuture, Logged},
    test_util::MemoryLog,
};
use tokio::{sync::watch, task::yield_now, time::timeout};
use tracing::Level;

use super::replica::{Replica, SOON, code, tenant};
use crate::events::Events;

type Hook = Arc<dyn Fn() + Send + Sync>;

/// A log that does something after it has read its head, and then answers no read until it may.
#[derive(Clone)]
struct Staged {
    log: MemoryLog,
    /// How many heads to read before `hook` is called; zero for none.
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

/// The answer of the reading after a pause lies in a buffer during the second pause. A request comes after
/// that, or waits since the first pause.
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
        // The head of the reading that the first pause interrupts, and the one of the next reading.
        staged.heads.store(2, Ordering::SeqCst);
        tenant.advance(Duration::from_secs(600));
        let paused_twice = wait_until(&staged.held, true);
        let release = async {
            // The request begins to wait first.
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

/// After the second pause, the keys are old, too. The request waits for them, and the process is paused again.
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
        // The request waits for the log.
        for _ in 0..20 {
            yield_now().await;
        }
        tenant.stall();
        tenant.advance(Duration::from_secs(20 * 60));
        staged.held.send_replace(false);
        // It has waited for the log, and waits for the keys.
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

/// A log that panics a few times when it is read.
#[derive(Clone)]
struct Panics {
    log: MemoryLog,
    left: Arc<AtomicUsize>,
}

impl RevocationLog for Panics {
    fn append<'a>(&'a self, records: &'a [String]) -> LogFuture<'a, ()> {
        self.log.append(records)
    }

    fn read_after(&self, position: Option<u128>, wait: Duration) -> LogFuture<'_, Vec<Logged>> {
        let left = self.left.load(Ordering::SeqCst);
        self.left.store(left.saturating_sub(1), Ordering::SeqCst);
        assert_eq!(left, 0, "the log of the test panics");
        self.log.read_after(position, wait)
    }

    fn head(&self) -> LogFuture<'_, Head> {
        self.log.head()
    }

    fn beat<'a>(&'a self, value: &'a str) -> LogFuture<'a, ()> {
        self.log.beat(value)
    }
}

/// A log that panics whenever something is appended.
struct PanicsOnAppend(MemoryLog);

impl RevocationLog for PanicsOnAppend {
    fn append<'a>(&'a self, _: &'a [String]) -> LogFuture<'a, ()> {
        panic!("the log of the test panics")
    }

    fn read_after(&self, position: Option<u128>, wait: Duration) -> LogFuture<'_, Vec<Logged>> {
        self.0.read_after(position, wait)
    }

    fn head(&self) -> LogFuture<'_, Head> {
        self.0.head()
    }

    fn beat<'a>(&'a self, value: &'a str) -> LogFuture<'a, ()> {
        self.0.beat(value)
    }
}

#[tokio::test]
async fn a_log_that_panics_whenever_something_is_appended_is_still_read() {
    let (tenant, log) = (tenant(), MemoryLog::new());
    let replica = Replica::start(&tenant, PanicsOnAppend(log.clone()));
    replica.revocations.ready().await.unwrap();
    let caller = {
        let token = tenant.token().user("alice").mint();
        replica.verify(&token).await.unwrap()
    };
    let revoking = AssertUnwindSafe(replica.revoke("bob")).catch_unwind();
    revoking.await.unwrap_err();
    replica
        .until("the task has panicked", |it| {
            let error = it.revocations.health().last_error;
            error.is_some_and(|error| error.contains("panicked"))
        })
        .await;
    let other = Replica::with(&tenant, log, RevocationsBuilder::start_empty);
    other.revoke("alice").await.unwrap();
    timeout(2 * SOON, caller.until_invalid()).await.unwrap();
}

/// A fault of somebody's log must not end the reading for good, with nothing but the health to show it.
#[tokio::test]
async fn a_log_that_panics_is_an_error_and_is_read_again() {
    let (tenant, log) = (tenant(), MemoryLog::new());
    let panics = Panics {
        log: log.clone(),
        left: Arc::default(),
    };
    let replica = Replica::start(&tenant, panics.clone());
    replica.revocations.ready().await.unwrap();
    let token = tenant.token().user("alice").mint();
    let waiting = replica.verify(&token).await.unwrap();
    let other = Replica::with(&tenant, log, RevocationsBuilder::start_empty);
    let events = Events::collect();
    panics.left.store(2, Ordering::SeqCst);
    replica
        .until("the log has panicked", |_| {
            panics.left.load(Ordering::SeqCst) == 0
        })
        .await;
    other.revoke("alice").await.unwrap();
    timeout(2 * SOON, waiting.until_invalid()).await.unwrap();
    let refused = code(replica.verify(&token).await);
    assert_eq!(refused, Some(RejectionCode::Revoked));
    let events = events.take();
    let of = |text: &str| {
        let of = events.iter().filter(|it| it.message.contains(text));
        of.map(|event| event.level).collect::<Vec<_>>()
    };
    assert_eq!(of("panicked"), [Level::ERROR; 2], "{events:?}");
    let panicked = |error: String| error.contains("panicked");
    replica
        .until("the log is read again", |it| {
            !it.revocations.health().last_error.is_some_and(panicked)
        })
        .await;
}

#[test]
fn a_runtime_that_ends_while_requests_are_served_is_an_error_once() {
    let (tenant, log) = (tenant(), MemoryLog::new());
    let mut reading = tokio::runtime::Builder::new_multi_thread();
    let reading = reading.worker_threads(1).enable_all().build().unwrap();
    let replica = {
        let _entered = reading.enter();
        Replica::start(&tenant, log)
    };
    let token = tenant.token().user("alice").mint();
    let mut serving = tokio::runtime::Builder::new_current_thread();
    let serving = serving.enable_all().build().unwrap();
    serving.block_on(async {
        replica.revocations.ready().await.unwrap();
        let caller = replica.verify(&token).await.unwrap();
        reading.shutdown_background();
        timeout(SOON, caller.until_invalid()).await.unwrap();

        let events = Events::collect();
        tenant.advance(Duration::from_secs(6));
        for _ in 0..2 {
            replica.verify(&token).await.unwrap();
        }
        let ended = |text: &str| text.contains("has ended with its runtime");
        let events = events.take();
        let of: Vec<_> = events.iter().filter(|it| ended(&it.message)).collect();
        assert!(
            matches!(of[..], [event] if event.level == Level::ERROR),
            "{events:?}"
        );
    });
}
