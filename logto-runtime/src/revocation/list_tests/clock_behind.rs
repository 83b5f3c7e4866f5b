//! The clock of a process is a day behind when it reads the revocation log, and is then set right.

use std::{
    sync::{
        Arc, PoisonError,
        atomic::{AtomicI64, Ordering},
    },
    time::Duration,
};

use super::{super::Revocations, Horizon, Target};
use crate::{
    clock::{Clock, Reading},
    revocation::{
        attached::Attached,
        called::Called,
        follow::Reader,
        log::{Head, LogFuture, Logged, RevocationLog},
        silence::Silence,
        webhook::meaning::Handling,
    },
};

const NOW: i64 = 1_800_000_000;
const DAY: i64 = 24 * 3_600;

/// A log with one record.
struct OneRecord(String);

impl RevocationLog for OneRecord {
    fn append<'a>(&'a self, _: &'a [String]) -> LogFuture<'a, ()> {
        Box::pin(async { Ok(()) })
    }

    fn read_after(&self, position: Option<u128>, _: Duration) -> LogFuture<'_, Vec<Logged>> {
        let record = self.0.clone();
        let page = position.is_none().then_some(Logged {
            position: 1,
            record,
        });
        Box::pin(async { Ok(page.into_iter().collect()) })
    }

    fn head(&self) -> LogFuture<'_, Head> {
        Box::pin(async {
            Ok(Head {
                first: Some(1),
                last: Some(1),
                ..Head::default()
            })
        })
    }

    fn beat<'a>(&'a self, _: &'a str) -> LogFuture<'a, ()> {
        Box::pin(async { Ok(()) })
    }
}

/// By the clock that is behind, the record is far ahead, so its `not_before` is lowered.
#[tokio::test]
async fn after_the_clock_was_set_right_the_not_before_of_the_log_counts() {
    let ahead = Arc::new(AtomicI64::new(-DAY));
    let clock = {
        let ahead = Arc::clone(&ahead);
        Clock::reading(move || Reading {
            monotonic: Duration::from_secs(7),
            wall_millis: (NOW + ahead.load(Ordering::Relaxed)) * 1_000,
        })
    };
    let not_before = NOW + 11;
    let line = format!(r#"{{"v":1,"kind":"subject","id":"alice","not_before":{not_before}}}"#);
    let list = Revocations::new(
        "https://t.logto.app",
        Horizon::new(Duration::from_secs(3_600)),
        Handling::default(),
        clock,
        Called::new(None),
        Some(Attached::new(
            Box::new(OneRecord(line)),
            Silence::Serve,
            false,
        )),
    );
    let attached = list.shared.attached.as_ref().unwrap();
    let mut reader = Reader::default();
    for (clock_ahead, expected) in [(-DAY, NOW - DAY + 4_800), (0, not_before)] {
        ahead.store(clock_ahead, Ordering::Relaxed);
        reader.read(&list, attached, Duration::ZERO).await.unwrap();
        let entries = list.shared.list.read();
        let entries = entries.unwrap_or_else(PoisonError::into_inner);
        let alice = Target::Subject("alice".into());
        assert_eq!(entries.not_before(&alice), Some(expected), "{clock_ahead}");
    }
}
