//! Tests the task that reads the revocation log, with logs that panic or have no end, and with a runtime that
//! ends.

use std::{
    panic::AssertUnwindSafe,
    sync::{
        Arc,
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
use tokio::time::timeout;
use tracing::Level;

use super::replica::{Replica, SOON, code, tenant};
use crate::events::Events;

/// A log that panics in its next reads.
#[derive(Clone)]
struct Panics {
    log: MemoryLog,
    /// How many more reads panic.
    left: Arc<AtomicUsize>,
}

impl RevocationLog for Panics {
    fn append<'a>(&'a self, records: &'a [String]) -> LogFuture<'a, ()> {
        self.log.append(records)
    }

    fn read_after(&self, position: Option<u128>, wait: Duration) -> LogFuture<'_, Vec<Logged>> {
        let left = self.left.load(Ordering::SeqCst);
        self.left.store(left.saturating_sub(1), Ordering::SeqCst);
        assert_eq!(left, 0, "this log panics on purpose");
        self.log.read_after(position, wait)
    }

    fn head(&self) -> LogFuture<'_, Head> {
        self.log.head()
    }

    fn beat<'a>(&'a self, value: &'a str) -> LogFuture<'a, ()> {
        self.log.beat(value)
    }
}

/// A log without an end: each read returns one new record, after half a second.
struct Endless;

impl RevocationLog for Endless {
    fn append<'a>(&'a self, _: &'a [String]) -> LogFuture<'a, ()> {
        Box::pin(async { Ok(()) })
    }

    fn read_after(&self, position: Option<u128>, _: Duration) -> LogFuture<'_, Vec<Logged>> {
        let position = position.unwrap_or_default() + 1;
        let record = r#"{"v":1,"kind":"token","id":"t1","not_before":1}"#.to_owned();
        Box::pin(async move {
            tokio::time::sleep(Duration::from_millis(500)).await;
            Ok(vec![Logged { position, record }])
        })
    }

    fn head(&self) -> LogFuture<'_, Head> {
        Box::pin(async {
            Ok(Head {
                first: Some(1),
                last: Some(u128::MAX),
                ..Head::default()
            })
        })
    }

    fn beat<'a>(&'a self, _: &'a str) -> LogFuture<'a, ()> {
        Box::pin(async { Ok(()) })
    }
}

/// A log that panics whenever something is appended.
struct PanicsOnAppend(MemoryLog);

impl RevocationLog for PanicsOnAppend {
    fn append<'a>(&'a self, _: &'a [String]) -> LogFuture<'a, ()> {
        panic!("this log panics on purpose")
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
        .until("the log has panicked in the task", |it| {
            let error = it.revocations.health().last_error;
            error.is_some_and(|error| error.contains("panicked"))
        })
        .await;
    let other = Replica::with(&tenant, log, RevocationsBuilder::start_empty);
    other.revoke("alice").await.unwrap();
    timeout(2 * SOON, caller.until_invalid()).await.unwrap();
}

/// A program can have its own implementation of `RevocationLog`, which may panic. The task must then log an
/// error and go on reading.
#[tokio::test]
async fn a_panic_of_the_log_is_logged_as_an_error_and_the_log_is_read_again() {
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

/// After a pause of the process, the service answers 503 until the log is read or counts as out of reach.
/// This log can't be read.
#[tokio::test]
async fn after_a_pause_a_log_that_panics_at_each_read_counts_as_out_of_reach() {
    let tenant = tenant();
    let panics = Panics {
        log: MemoryLog::new(),
        left: Arc::default(),
    };
    let replica = Replica::start(&tenant, panics.clone());
    replica.revocations.ready().await.unwrap();
    let token = tenant.token().user("alice").mint();
    replica.verify(&token).await.unwrap();
    panics.left.store(usize::MAX, Ordering::SeqCst);
    tenant.advance(Duration::from_secs(6));
    let served = async { while replica.verify(&token).await.is_err() {} };
    timeout(10 * SOON, served).await.unwrap();
    let error = replica.revocations.health().last_error;
    assert!(error.is_some_and(|error| error.contains("panicked")));
}

#[test]
fn a_runtime_that_ends_while_requests_are_served_is_logged_as_an_error_once() {
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

/// `ready` waits for ten seconds. They pass at once, because the time of tokio is paused.
#[tokio::test(start_paused = true)]
async fn the_error_of_ready_says_that_the_log_was_not_read_to_its_end() {
    let replica = Replica::start(&tenant(), Endless);
    let error = replica.revocations.ready().await.unwrap_err().to_string();
    assert_eq!(
        error,
        "the log of revocations was not read to its end within 10 s; see whether its server or its disk is \
         overloaded"
    );
}
