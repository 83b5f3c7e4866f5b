//! The `createdAt` of a webhook is years ahead, because Logto's clock was wrong for a moment.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use logto_runtime::{RejectionCode, RevocationLog, test_util::MemoryLog};
use serde_json::{Value, json};

use super::{
    deliver,
    replica::{Replica, code, tenant},
};
use crate::support::{NOW, at};

/// An entry is kept for this number of seconds: the default lifetime of a token and 20 minutes.
const KEPT: u64 = 4_800;

fn deletion(created_at: &str) -> Value {
    json!({
        "event": "User.Deleted",
        "createdAt": created_at,
        "params": { "userId": "alice" },
    })
}

#[tokio::test]
async fn a_webhook_from_the_far_future_refuses_new_tokens_for_eighty_minutes_over_all_restarts() {
    let (tenant, log) = (tenant(), MemoryLog::new());
    tenant.set_now(at(NOW));
    let receiver = Replica::start(&tenant, log.clone());
    receiver.revocations.ready().await.unwrap();
    let far = deletion("9999-12-31T23:59:59.999Z");
    assert_eq!(deliver(&receiver.revocations, &far).await, 200);
    drop(receiver);
    for (later, refused) in [
        (0, true),
        (KEPT / 2, true),
        (KEPT - 1, true),
        (KEPT, false),
        (2 * KEPT, false),
        (9 * KEPT, false),
    ] {
        tenant.set_now(at(NOW + later));
        let restarted = Replica::start(&tenant, log.clone());
        restarted.revocations.ready().await.unwrap();
        let token = tenant.token().user("alice").mint();
        let found = code(restarted.verify(&token).await);
        assert_eq!(found, refused.then_some(RejectionCode::Revoked), "{later}");
    }
}

/// The clock of the receiver is two days behind, so a webhook of this moment seems to be far ahead.
#[tokio::test]
async fn a_receiver_whose_clock_is_behind_does_not_shorten_an_entry_for_other_replicas() {
    let (tenant, log) = (Arc::new(tenant()), MemoryLog::new());
    tenant.set_now(at(NOW));
    let behind = Arc::new(AtomicU64::new(2 * 24 * 3_600));
    let (of_tenant, by) = (tenant.clock(), Arc::clone(&behind));
    let clock = move || of_tenant() - Duration::from_secs(by.load(Ordering::SeqCst));
    let receiver = Replica::with(&tenant, log.clone(), |it| it.clock(clock.clone()));
    receiver.revocations.ready().await.unwrap();
    let event = deletion("2027-01-15T08:00:00.000Z");
    assert_eq!(deliver(&receiver.revocations, &event).await, 200);
    let token = tenant.token().user("alice").mint();
    tenant.set_now(at(NOW + 3_000));
    behind.store(0, Ordering::SeqCst);
    let replica = Replica::start(&tenant, log);
    replica.revocations.ready().await.unwrap();
    let refused = code(replica.verify(&token).await);
    assert_eq!(refused, Some(RejectionCode::Revoked));
}

/// A record without a bound, as another program can write it.
#[tokio::test]
async fn a_record_without_a_bound_that_is_far_ahead_still_refuses_tokens() {
    let (tenant, log) = (tenant(), MemoryLog::new());
    tenant.set_now(at(NOW));
    let line = r#"{"v":1,"kind":"subject","id":"alice","not_before":253402300811}"#;
    log.append(&[line.to_owned()]).await.unwrap();
    let replica = Replica::start(&tenant, log);
    replica.revocations.ready().await.unwrap();
    let token = tenant.token().user("alice").mint();
    let refused = code(replica.verify(&token).await);
    assert_eq!(refused, Some(RejectionCode::Revoked));
}
