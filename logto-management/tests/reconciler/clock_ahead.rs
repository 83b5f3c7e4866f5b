//! Tests a reconciler whose clock is two hours ahead of Logto's clock. A reconciler reads webhook deliveries
//! from Logto's log and applies them. Revocations matter for 80 minutes here (the lifetime of tokens plus 20
//! minutes), so each delivery seems too old by the clock of the reconciler.

use std::time::Duration;

use logto_management::Reconciler;
use logto_runtime::{RejectionCode, Silence, revocation_log::RevocationLog, test_util::MemoryLog};

use crate::{KEY, World, management, receiver::Receiver, tenant};

const AHEAD: Duration = Duration::from_secs(2 * 3_600);

/// The replica is a second process with the same log of revocations, and its clock is right. Each call of
/// `reconcile` is a pass.
#[tokio::test]
async fn a_reconciler_whose_clock_is_ahead_applies_the_new_delivery_in_each_pass() {
    let world = World::start().await;
    let (tenant, log) = (&world.tenant, MemoryLog::new());
    let clock = tenant.clock();
    let ahead = tenant.revocations().clock(move || clock() + AHEAD);
    let ahead = ahead.log(log.clone()).start().unwrap();
    let followed = tenant.revocations().log(log).start().unwrap();
    let replica = tenant.logto().revocations(&followed).build().unwrap();
    followed.ready().await.unwrap();
    let mut reconciler = Reconciler::builder(management(tenant), &ahead, &world.receiver.url)
        .build()
        .unwrap();
    for user in ["alice", "bob", "carol"] {
        let caller = replica.verify(&world.token(user)).await.unwrap();
        world.receiver.answer_with(503);
        tenant.suspend(user).await;
        world.receiver.answer_with(200);
        let done = reconciler.reconcile().await.unwrap();
        assert_eq!([done.deliveries, done.applied], [1, 1], "{user}");
        // The replica learns of the revocation a moment later.
        let learns = tokio::time::timeout(Duration::from_secs(10), caller.until_invalid());
        learns.await.expect(user);
        let refused = replica.verify(&world.token(user)).await.unwrap_err();
        assert_eq!(refused.code(), RejectionCode::Revoked, "{user}");
        tenant.advance(Duration::from_secs(30 * 60));
    }
}

/// The webhook is 30 minutes old. An earlier webhook may have sent deliveries that matter, but Logto does not
/// list the deliveries of a deleted webhook. By the wrong clock of the reconciler, the webhook seems old
/// enough.
#[tokio::test]
async fn a_reconciler_whose_clock_is_ahead_does_not_accept_a_new_log_while_the_webhook_is_young() {
    let (tenant, receiver) = (tenant().start(), Receiver::start().await);
    tenant.send_webhooks_to(&receiver.url, KEY);
    tenant.advance(Duration::from_secs(30 * 60));
    receiver.answer_with(503);
    tenant.suspend("alice").await;
    receiver.answer_with(200);
    let (log, clock) = (MemoryLog::new(), tenant.clock());
    let ahead = tenant.revocations().clock(move || clock() + AHEAD);
    let strict = Silence::Unavailable(Duration::from_secs(60));
    let ahead = ahead.log(log.clone()).when_silent(strict).start().unwrap();
    let reconciler = Reconciler::builder(management(&tenant), &ahead, &receiver.url);
    reconciler.build().unwrap().reconcile().await.unwrap();
    // After a process accepts a log, it writes a beat, its sign of life, within about a second.
    tokio::time::sleep(Duration::from_secs(3)).await;
    assert_eq!(log.head().await.unwrap().beat, None);
}
