//! The recorder of metrics and the subscriber of log events belong to the program. They may panic or block,
//! and the subscriber may ask for the health of the list.

use std::{
    cell::RefCell,
    panic::AssertUnwindSafe,
    rc::Rc,
    sync::{
        atomic::{AtomicUsize, Ordering},
        mpsc,
    },
    time::Duration,
};

use futures_util::FutureExt;
use logto_runtime::{
    RevocationsBuilder,
    telemetry::{REVOCATION_ENTRIES, REVOCATION_SILENCE},
    test_util::MemoryLog,
};
use metrics::{
    Counter, Gauge, Histogram, Key, KeyName, Metadata, Recorder, SharedString, Unit,
    with_local_recorder,
};
use serde_json::json;

use super::{
    deliver,
    replica::{Replica, SOON, tenant},
};
use crate::{
    events::Events,
    support::{NOW, at},
};

/// A recorder that panics when one gauge is set.
struct Panics {
    gauge: &'static str,
    /// How many more times the recorder panics.
    left: AtomicUsize,
}

impl Panics {
    fn when_set(gauge: &'static str) -> Self {
        let left = AtomicUsize::new(0);
        Self { gauge, left }
    }
}

impl Recorder for Panics {
    fn describe_counter(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}

    fn describe_gauge(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}

    fn describe_histogram(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}

    fn register_counter(&self, _: &Key, _: &Metadata<'_>) -> Counter {
        Counter::noop()
    }

    fn register_gauge(&self, key: &Key, _: &Metadata<'_>) -> Gauge {
        if key.name() == self.gauge {
            let left = self.left.load(Ordering::SeqCst);
            self.left.store(left.saturating_sub(1), Ordering::SeqCst);
            assert_eq!(left, 0, "this recorder panics on purpose");
        }
        Gauge::noop()
    }

    fn register_histogram(&self, _: &Key, _: &Metadata<'_>) -> Histogram {
        Histogram::noop()
    }
}

/// Somebody sends the webhook again, because the first request did not get a response.
#[test]
fn a_webhook_during_which_the_recorder_panics_is_in_the_log_when_it_is_sent_again() {
    let recorder = Panics::when_set(REVOCATION_ENTRIES);
    run(&recorder, async {
        let (tenant, log) = (tenant(), MemoryLog::new());
        let receiver = Replica::receiver(&tenant, &log);
        receiver.revocations.ready().await.unwrap();
        let deletion = json!({ "event": "User.Deleted", "createdAt": "2027-01-15T08:00:00.000Z",
            "params": { "userId": "alice" } });
        tenant.set_now(at(NOW));
        recorder.left.store(1, Ordering::SeqCst);
        let first = AssertUnwindSafe(deliver(&receiver.revocations, &deletion));
        assert!(first.catch_unwind().await.is_err(), "the recorder panics");
        assert_eq!(deliver(&receiver.revocations, &deletion).await, 200);
        assert_eq!(log.records().len(), 1, "{:?}", log.records());
    });
}

/// The recorder panics when the task reports how long the silence lasts, and again when the task reports that
/// panic.
#[test]
fn the_log_is_still_read_after_the_recorder_has_panicked_twice_in_a_row() {
    let recorder = Panics::when_set(REVOCATION_SILENCE);
    run(&recorder, async {
        let (tenant, log) = (tenant(), MemoryLog::new());
        let replica = Replica::start(&tenant, log.clone());
        replica.revocations.ready().await.unwrap();
        let other = Replica::with(&tenant, log, RevocationsBuilder::start_empty);
        recorder.left.store(4, Ordering::SeqCst);
        replica
            .until("the recorder has panicked", |_| {
                recorder.left.load(Ordering::SeqCst) == 0
            })
            .await;
        for (list, user) in [(&replica, "alice"), (&other, "bob")] {
            list.revoke(user).await.unwrap();
        }
        for list in [&replica, &other] {
            list.until("both entries are read", |it| {
                it.revocations.health().entries == 2
            })
            .await;
        }
    });
}

/// Runs the test on the current thread, with a recorder for this thread only.
fn run(recorder: &Panics, test: impl Future<Output = ()>) {
    let mut runtime = tokio::runtime::Builder::new_current_thread();
    let runtime = runtime.enable_all().build().unwrap();
    with_local_recorder(recorder, || runtime.block_on(test));
}

/// The subscriber waits until another thread has asked for the health. Then the thread of the subscriber can
/// do so itself, too.
#[tokio::test]
async fn the_health_of_the_list_can_be_asked_for_while_a_log_event_is_written() {
    let (tenant, log) = (tenant(), MemoryLog::new());
    let receiver = Replica::receiver(&tenant, &log);
    receiver
        .until("the first beat", |it| {
            tenant.advance(Duration::from_millis(100));
            it.revocations.health().silent_for_seconds.is_some()
        })
        .await;
    let answered = Rc::new(RefCell::new(Vec::new()));
    let (events, list) = (Rc::clone(&answered), receiver.revocations.clone());
    let _events = Events::collect().call(move |message| {
        let (sender, receiver) = mpsc::channel();
        let list = list.clone();
        std::thread::spawn(move || sender.send(list.health()));
        let health = receiver.recv_timeout(SOON);
        events
            .borrow_mut()
            .push((message.to_owned(), health.is_ok()));
    });
    let logged = |text: &str| {
        let text = text.to_owned();
        let answered = Rc::clone(&answered);
        move |_: &Replica| answered.borrow().iter().any(|(it, _)| it.contains(&text))
    };
    log.cut();
    let out_of_reach = "can't read or write the log";
    receiver.until(out_of_reach, logged(out_of_reach)).await;
    tenant.advance(Duration::from_secs(40));
    let silent = "nothing is heard";
    receiver.until(silent, logged(silent)).await;
    log.mend();
    let works = "works again";
    receiver.until(works, logged(works)).await;
    let answered = answered.borrow();
    assert!(answered.iter().all(|(_, health)| *health), "{answered:#?}");
}
