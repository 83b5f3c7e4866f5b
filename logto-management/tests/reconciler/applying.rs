//! Tests which deliveries (requests of the webhook) the reconciler applies, and which pages of Logto's log of
//! deliveries it reads.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use logto_management::{ReconcileError, Reconciled};
use logto_runtime::RejectionCode;
use tokio::time::timeout;

use crate::{SOON, World, log, management};

fn counts(done: Reconciled) -> [usize; 3] {
    [done.deliveries, done.applied, done.failed]
}

/// 2027-01-15, 08:00 UTC.
fn now() -> SystemTime {
    UNIX_EPOCH + Duration::from_secs(1_800_000_000)
}

#[tokio::test]
async fn every_delivery_that_revokes_is_applied_once_whether_or_not_it_failed() {
    log::capture();
    let world = World::start().await;
    let mut reconciler = world.reconciler();
    log::take();
    for (user, status) in [("alice", 503), ("bob", 200), ("carol", 401)] {
        world.receiver.answer_with(status);
        assert_eq!(world.tenant.suspend(user).await.unwrap(), status);
        world.verify(user).await.unwrap();
    }
    world.tenant.reactivate("dave").await.unwrap();
    world.receiver.answer_with(200);
    let done = reconciler.reconcile().await.unwrap();
    assert_eq!(counts(done), [4, 3, 2]);
    for user in ["alice", "bob", "carol"] {
        let refused = world.verify(user).await.unwrap_err();
        assert_eq!(refused, RejectionCode::Revoked, "{user}");
    }
    world.verify("dave").await.unwrap();
    let warned = log::take_at("WARN");
    assert!(
        warned[0].contains("had failed and were applied"),
        "{warned:?}"
    );
    assert!(warned[0].contains("applied=3 failed=2"), "{warned:?}");

    let done = reconciler.reconcile().await.unwrap();
    assert_eq!(counts(done), [0, 0, 0]);
    // Another reconciler processes all deliveries again. They revoke nothing new.
    let done = world.reconciler().reconcile().await.unwrap();
    assert_eq!(counts(done), [4, 0, 0]);
    let logged = log::take();
    for level in ["INFO", "WARN"] {
        assert_eq!(log::at(level, &logged), Vec::<String>::new());
    }
}

/// The time of the event decides which tokens are refused. The time at which the delivery is applied does not
/// matter. A user who has signed in since the event is accepted.
#[tokio::test]
async fn a_delivery_that_is_applied_late_refuses_only_tokens_from_before_its_event() {
    let world = World::start().await;
    world.tenant.set_now(now());
    let old = world.token("alice");
    world.receiver.answer_with(500);
    world.tenant.suspend("alice").await;
    world.tenant.remove_member("acme", "bob").await;
    world.tenant.delete_user("carol").await;
    world.receiver.answer_with(200);
    world.tenant.advance(Duration::from_secs(600));
    world.reconciler().reconcile().await.unwrap();
    let refused = world.logto.verify(&old).await.unwrap_err();
    assert_eq!(refused.code(), RejectionCode::Revoked);
    world.verify("alice").await.unwrap();
    // The list of revocations has one entry for alice, one for carol and two for bob. One of bob's entries is
    // for his tokens with the organization. The other one is for his tokens without an organization.
    assert_eq!(world.revocations.health().entries, 4);
}

#[tokio::test]
async fn pages_are_read_as_far_back_as_revocations_matter() {
    let world = World::start().await;
    world.tenant.set_now(now());
    world.receiver.answer_with(500);
    world.tenant.suspend("long-ago").await;
    // The list keeps an entry for the lifetime of a token plus 20 minutes.
    world.tenant.advance(Duration::from_secs(3_600 + 1_200 + 1));
    for number in 0..120 {
        world.tenant.suspend(&format!("user-{number}")).await;
    }
    world.receiver.answer_with(200);
    let mut reconciler = world.reconciler();
    let done = reconciler.reconcile().await.unwrap();
    assert_eq!(counts(done), [120, 120, 120]);
    assert_eq!(world.revocations.health().entries, 120);
    // Requests for the webhooks, for three pages of fifty, and for the test call.
    assert_eq!(world.tenant.management_requests(), 1 + 3 + 1);

    // Each call of `reconcile` is a pass. The last pass below reads back to ten minutes before the previous
    // pass. The 120 deliveries are older, so one page is enough.
    world.tenant.advance(Duration::from_secs(601));
    world.tenant.suspend("last-but-one").await;
    reconciler.reconcile().await.unwrap();
    world.tenant.suspend("last").await;
    let before = world.tenant.management_requests();
    let done = reconciler.reconcile().await.unwrap();
    assert_eq!(counts(done), [1, 1, 0]);
    assert_eq!(world.tenant.management_requests() - before, 1 + 1);
}

/// While the clock is ahead, deliveries seem too old. They must be applied, at the latest in the first pass
/// after the clock is right again.
#[tokio::test]
async fn no_delivery_is_missed_after_the_clock_was_ahead_for_a_moment() {
    let world = World::start().await;
    let now = now();
    world.tenant.set_now(now);
    let mut reconciler = world.reconciler();
    world.receiver.answer_with(503);
    world.tenant.suspend("alice").await;
    world.receiver.answer_with(200);
    world.tenant.set_now(now + Duration::from_secs(24 * 3_600));
    reconciler.reconcile().await.unwrap();
    world.tenant.set_now(now);
    world.receiver.answer_with(503);
    world.tenant.suspend("bob").await;
    reconciler.reconcile().await.unwrap();
    for user in ["alice", "bob"] {
        let refused = world.verify(user).await.unwrap_err();
        assert_eq!(refused, RejectionCode::Revoked, "{user}");
    }
}

#[tokio::test]
async fn the_reconciler_makes_pass_after_pass_with_one_test_call() {
    let world = World::start().await;
    let token = world.token("alice");
    let alice = world.logto.verify(&token).await.unwrap();
    let management = management(&world.tenant);
    let reconciler =
        logto_management::Reconciler::builder(management, &world.revocations, &world.receiver.url);
    let every = Duration::from_millis(5);
    let running = reconciler.every(every).build().unwrap().run();
    let suspended = async {
        world.tenant.management_requested(10).await;
        world.receiver.answer_with(503);
        world.tenant.suspend("alice").await;
        alice.until_invalid().await;
    };
    tokio::select! {
        never = running => match never {},
        ended = timeout(SOON, suspended) => ended.unwrap(),
    }
    assert_eq!(world.receiver.received(), 2, "one test call, one delivery");
}

/// Deliveries contain data that users wrote. A long delivery must not keep the others from being read.
#[tokio::test]
async fn a_page_that_is_too_large_is_read_in_pieces_and_a_delivery_that_is_too_large_is_left_out() {
    for (length, users, complete) in [(1 << 20, 5, true), (9 << 19, 1, false)] {
        let world = World::start().await;
        let mut reconciler = world.reconciler();
        let tokens = ["alice", "bob"].map(|user| world.token(user));
        world.receiver.answer_with(503);
        world.tenant.suspend("alice").await;
        for number in 0..users {
            // The test uses a long id in place of much custom data. The delivery contains the id four times.
            world
                .tenant
                .suspend(&number.to_string().repeat(length))
                .await;
        }
        world.tenant.suspend("bob").await;
        world.receiver.answer_with(200);
        let error = reconciler.reconcile().await.err();
        let url = world.receiver.url.clone();
        let too_large = ReconcileError::DeliveryTooLarge { url };
        assert_eq!(error, (!complete).then_some(too_large));
        for token in &tokens {
            let refused = world.logto.verify(token).await.unwrap_err();
            assert_eq!(refused.code(), RejectionCode::Revoked);
        }
        let health = world.revocations.health();
        assert_eq!(health.last_reconciled_seconds.is_some(), complete);
    }
}
