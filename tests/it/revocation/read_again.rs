//! The log is read again from its start, and has a record whose `not_before` is a day ahead. The clock of the
//! operator who revoked everything was wrong.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use logto_runtime::{
    RejectionCode, RevocationLog,
    revocation_log::{Head, LogFuture, Logged},
    test_util::MemoryLog,
};

use super::replica::{MINUTE, Replica, code, tenant};
use crate::support::{NOW, at};

/// A log that counts its reads.
#[derive(Clone, Default)]
struct Counts {
    log: MemoryLog,
    from_start: Arc<AtomicUsize>,
    /// The reads that go on after a record.
    further: Arc<AtomicUsize>,
}

impl RevocationLog for Counts {
    fn append<'a>(&'a self, records: &'a [String]) -> LogFuture<'a, ()> {
        self.log.append(records)
    }

    fn read_after(&self, position: Option<u128>, wait: Duration) -> LogFuture<'_, Vec<Logged>> {
        let count = match position {
            Some(_) => &self.further,
            None => &self.from_start,
        };
        count.fetch_add(1, Ordering::SeqCst);
        self.log.read_after(position, wait)
    }

    fn head(&self) -> LogFuture<'_, Head> {
        self.log.head()
    }

    fn beat<'a>(&'a self, value: &'a str) -> LogFuture<'a, ()> {
        self.log.beat(value)
    }
}

#[tokio::test]
async fn an_entry_that_is_a_day_ahead_refuses_new_tokens_for_eighty_minutes_however_often_it_is_read()
 {
    let (tenant, log) = (tenant(), Counts::default());
    tenant.set_now(at(NOW));
    let not_before = NOW + 24 * 3_600;
    let everything = format!(r#"{{"v":1,"kind":"everything","not_before":{not_before}}}"#);
    log.append(&[everything]).await.unwrap();
    let replica = Replica::start(&tenant, log.clone());
    replica.revocations.ready().await.unwrap();
    for (minutes, expected) in [
        (0, Some(RejectionCode::Revoked)),
        (79, Some(RejectionCode::Revoked)),
        (81, None),
        (24 * 60 - 30, None),
    ] {
        tenant.set_now(at(NOW) + minutes * MINUTE);
        let from_start = log.from_start.load(Ordering::SeqCst);
        // The server is restarted.
        log.log.restore(1);
        replica
            .until("the log is read from its start", |_| {
                log.from_start.load(Ordering::SeqCst) > from_start
            })
            .await;
        let further = log.further.load(Ordering::SeqCst);
        replica
            .until("its record is in the list", |_| {
                log.further.load(Ordering::SeqCst) > further
            })
            .await;
        let token = tenant.token().user("alice").mint();
        let found = code(replica.verify(&token).await);
        assert_eq!(found, expected, "after {minutes} minutes");
    }
}
