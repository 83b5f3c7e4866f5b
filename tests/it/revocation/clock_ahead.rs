//! A process whose clock is two hours ahead. A hardware clock that shows local time can be the cause. By the
//! clock of this process, a new webhook is two hours old, and seems to revoke only tokens that are too old to
//! be accepted.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, SystemTime},
};

use logto_runtime::{
    RejectionCode, RevocationLog,
    test_util::{MemoryLog, TestTenant},
};
use serde_json::json;
use tokio::time::timeout;

use super::{
    deliver,
    replica::{Replica, SOON, code, tenant},
};
use crate::support::{NOW, at};

const AHEAD: u64 = 2 * 3_600;

/// Returns a tenant at [`NOW`], a number of seconds, and a clock that is this many seconds ahead of the
/// tenant's clock.
fn tenant_and_clock() -> (
    Arc<TestTenant>,
    Arc<AtomicU64>,
    impl Fn() -> SystemTime + Clone + Send + Sync + 'static,
) {
    let tenant = Arc::new(tenant());
    tenant.set_now(at(NOW));
    let ahead = Arc::new(AtomicU64::new(AHEAD));
    let (of_tenant, by) = (tenant.clock(), Arc::clone(&ahead));
    let clock = move || of_tenant() + Duration::from_secs(by.load(Ordering::SeqCst));
    (tenant, ahead, clock)
}

fn suspension() -> serde_json::Value {
    json!({
        "event": "User.SuspensionStatus.Updated",
        "createdAt": "2027-01-15T08:00:00.000Z",
        "params": { "userId": "alice" },
        "data": { "isSuspended": true },
    })
}

/// The replica, another process, has the right time. A webhook that arrives again is not written to the log
/// again.
#[tokio::test]
async fn a_receiver_whose_clock_is_ahead_writes_a_webhook_to_the_log_once() {
    let (tenant, _, clock) = tenant_and_clock();
    let log = MemoryLog::new();
    let receiver = Replica::with(&tenant, log.clone(), |it| it.clock(clock.clone()));
    receiver.revocations.ready().await.unwrap();
    let replica = Replica::start(&tenant, log.clone());
    replica.revocations.ready().await.unwrap();
    let token = tenant.token().user("alice").mint();
    replica.verify(&token).await.unwrap();
    for _ in 0..3 {
        assert_eq!(deliver(&receiver.revocations, &suspension()).await, 200);
    }
    replica
        .until("read", |it| it.revocations.health().entries == 1)
        .await;
    let refused = code(replica.verify(&token).await);
    assert_eq!(refused, Some(RejectionCode::Revoked));
    assert_eq!(log.records().len(), 1, "{:?}", log.records());
}

#[tokio::test]
async fn a_webhook_that_arrives_before_the_clock_is_set_right_is_not_lost() {
    for with_log in [false, true] {
        let (tenant, ahead, clock) = tenant_and_clock();
        let list = tenant.revocations().clock(clock.clone());
        let list = match with_log {
            true => list.log(MemoryLog::new()),
            false => list,
        };
        let list = list.start().unwrap();
        list.ready().await.unwrap();
        let logto = tenant.logto().clock(clock).revocations(&list);
        let logto = logto.build().unwrap();
        let token = tenant.token().user("alice").mint();
        let rejection = async || logto.verify(&token).await.err().map(|it| it.code());
        assert_eq!(rejection().await, Some(RejectionCode::Expired));
        assert_eq!(deliver(&list, &suspension()).await, 200);
        ahead.store(0, Ordering::SeqCst);
        // If there is a log, the list reads it again within this time.
        tokio::time::sleep(SOON).await;
        let revoked = Some(RejectionCode::Revoked);
        assert_eq!(rejection().await, revoked, "log: {with_log}");
    }
}

/// When the clock is set right, the log can't be read again. So the list must already have the entries.
#[tokio::test]
async fn a_replica_whose_clock_was_ahead_refuses_revoked_tokens_while_the_log_is_out_of_reach() {
    for read_at_start in [true, false] {
        let (tenant, ahead, clock) = tenant_and_clock();
        let log = MemoryLog::new();
        let entry = r#"{"v":1,"kind":"subject","id":"alice","not_before":1800000011}"#;
        if read_at_start {
            log.append(&[entry.to_owned()]).await.unwrap();
        }
        let list = tenant.revocations().clock(clock.clone()).log(log.clone());
        let list = list.start().unwrap();
        list.ready().await.unwrap();
        if !read_at_start {
            log.append(&[entry.to_owned()]).await.unwrap();
        }
        let read = async {
            while list.health().entries == 0 {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        };
        timeout(SOON, read).await.expect("read");
        log.cut();
        ahead.store(0, Ordering::SeqCst);
        let logto = tenant.logto().clock(clock).revocations(&list);
        let token = tenant.token().user("alice").mint();
        let rejection = logto.build().unwrap().verify(&token).await.unwrap_err();
        assert_eq!(rejection.code(), RejectionCode::Revoked, "{read_at_start}");
    }
}

#[tokio::test]
async fn a_receiver_whose_clock_is_ahead_writes_back_what_the_log_has_lost() {
    let (tenant, _, clock) = tenant_and_clock();
    let log = MemoryLog::new();
    let receiver = Replica::with(&tenant, log.clone(), |it| it.clock(clock.clone()));
    receiver.revocations.ready().await.unwrap();
    assert_eq!(deliver(&receiver.revocations, &suspension()).await, 200);
    // `restore` changes the `instance` of the log, so the receiver notices the loss.
    log.restore(0);
    receiver
        .until("written back", |_| log.records().len() == 1)
        .await;
    assert!(log.records()[0].contains("alice"), "{:?}", log.records());
}
