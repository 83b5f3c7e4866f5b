//! Tests when a pass of the reconciler accepts a new log of revocations. A young webhook or an unreadable
//! delivery keeps a pass from accepting the log.

use std::time::Duration;

use axum::routing::MethodRouter;
use logto_management::{REVOKING_EVENTS, Reconciler};
use logto_runtime::{
    Logto, RejectionCode, Revocations, Silence,
    revocation_log::RevocationLog,
    test_util::{Hook, MemoryLog, TestTenant},
};

use crate::{KEY, OLD, World, log, management, receiver::Receiver, tenant};

const MINUTE: Duration = Duration::from_secs(60);

/// Starts a process that receives webhooks and has a new log. The process refuses everybody until the log is
/// accepted.
fn process(tenant: &TestTenant, log: &MemoryLog) -> (Revocations, Logto) {
    let revocations = tenant.revocations().log(log.clone());
    let strict = Silence::Unavailable(MINUTE);
    let revocations = revocations.when_silent(strict).start().unwrap();
    let logto = tenant.logto().revocations(&revocations).build().unwrap();
    let _route: MethodRouter = revocations.webhook([KEY]);
    (revocations, logto)
}

/// Moves the tenant's clock forward until the log has a beat, but at most by 15 seconds. Returns whether the
/// log has a beat. A beat is the sign of life of a process. A process writes beats only to an accepted log.
async fn beats(tenant: &TestTenant, log: &MemoryLog) -> bool {
    for _ in 0..150 {
        tenant.advance(Duration::from_millis(100));
        tokio::time::sleep(Duration::from_millis(20)).await;
        if log.head().await.unwrap().beat.is_some() {
            return true;
        }
    }
    false
}

/// Takes the logged errors that name the age of the webhook as the reason.
fn about_age() -> Vec<String> {
    let mut errors = log::take_at("ERROR");
    errors.retain(|line| line.contains("was created more than 80 minutes ago"));
    errors
}

/// Alice was suspended. Then the webhook was deleted, and a new webhook with the same URL was created. Logto
/// lists only the deliveries of the new webhook. Finally, the log of revocations was lost.
#[tokio::test]
async fn a_new_log_is_not_accepted_while_the_webhook_is_younger_than_the_revocations_that_matter() {
    log::capture();
    let receiver = Receiver::start().await;
    let hook = Hook::new(&receiver.url, REVOKING_EVENTS);
    let tenant = tenant().hook(hook).start();
    // At first, the old webhook has the same URL, but a different id. Then it gets a different URL, which
    // stands for its deletion.
    tenant.send_webhooks_to(&receiver.url, KEY);
    tenant.suspend("alice").await.unwrap();
    tenant.send_webhooks_to("http://127.0.0.1:9/deleted", KEY);

    let log = MemoryLog::new();
    let (revocations, logto) = process(&tenant, &log);
    let reconciler = Reconciler::builder(management(&tenant), &revocations, &receiver.url);
    let mut reconciler = reconciler.build().unwrap();
    log::take();
    for _ in 0..3 {
        reconciler.reconcile().await.unwrap();
    }
    let errors = about_age();
    assert_eq!(errors.len(), 1, "{errors:?}");
    let fix = "and call `Revocations::accept_empty_log`";
    assert!(errors[0].ends_with(fix), "{errors:?}");
    assert!(!beats(&tenant, &log).await);
    let refused = logto.verify(&tenant.token().user("alice").mint()).await;
    let refused = refused.unwrap_err().code();
    assert_eq!(refused, RejectionCode::RevocationsUnavailable);

    // Revocations matter for 80 minutes. The webhook is first older than 79 minutes, and then older than 80.
    tenant.advance(79 * MINUTE);
    reconciler.reconcile().await.unwrap();
    assert!(!beats(&tenant, &log).await);
    tenant.advance(MINUTE);
    reconciler.reconcile().await.unwrap();
    assert!(beats(&tenant, &log).await);
    assert_eq!(about_age(), Vec::<String>::new());
}

#[tokio::test]
async fn an_operator_can_accept_a_new_log_while_the_webhook_is_young() {
    let receiver = Receiver::start().await;
    let tenant = tenant().start();
    tenant.send_webhooks_to(&receiver.url, KEY);
    let log = MemoryLog::new();
    let (revocations, logto) = process(&tenant, &log);
    let reconciler = Reconciler::builder(management(&tenant), &revocations, &receiver.url);
    reconciler.build().unwrap().reconcile().await.unwrap();
    revocations.accept_empty_log();
    assert!(beats(&tenant, &log).await);
    revocations.ready().await.unwrap();
    let token = tenant.token().user("alice").mint();
    logto.verify(&token).await.unwrap();
}

/// An old and a young webhook have the same URL, for example while a signing key is replaced.
#[tokio::test]
async fn the_webhooks_that_are_old_enough_must_have_all_events_that_revoke() {
    for (events, accepts) in [(&REVOKING_EVENTS[..], true), (&REVOKING_EVENTS[1..], false)] {
        let receiver = Receiver::start().await;
        let old = Hook::new(&receiver.url, events.iter().copied());
        let tenant = tenant().hook(old).start();
        tenant.advance(OLD);
        tenant.send_webhooks_to(&receiver.url, KEY);
        let log = MemoryLog::new();
        let (revocations, _) = process(&tenant, &log);
        let reconciler = Reconciler::builder(management(&tenant), &revocations, &receiver.url);
        reconciler.build().unwrap().reconcile().await.unwrap();
        assert_eq!(beats(&tenant, &log).await, accepts, "{events:?}");
    }
}

/// Logto lists deliveries by webhook, not by URL. A webhook can have sent deliveries before it got the URL.
#[tokio::test]
async fn after_a_webhook_gets_the_url_all_its_deliveries_that_matter_are_read() {
    let receiver = Receiver::start().await;
    let url = &receiver.url;
    let elsewhere = "http://127.0.0.1:9/elsewhere";
    let tenant = tenant().hook(Hook::new(url, REVOKING_EVENTS)).start();
    tenant.send_webhooks_to(elsewhere, KEY);
    tenant.advance(OLD);
    let token = tenant.token().user("alice").mint();
    tenant.suspend("alice").await;
    tenant.advance(20 * MINUTE);
    let revocations = tenant.revocations().start().unwrap();
    let logto = tenant.logto().revocations(&revocations).build().unwrap();
    let reconciler = Reconciler::builder(management(&tenant), &revocations, url);
    let mut reconciler = reconciler.build().unwrap();
    reconciler.reconcile().await.unwrap();
    logto.verify(&token).await.unwrap();
    tenant.send_webhooks_to(url, KEY);
    let done = reconciler.reconcile().await.unwrap();
    assert_eq!(done.applied, 1);
    let refused = logto.verify(&token).await.unwrap_err();
    assert_eq!(refused.code(), RejectionCode::Revoked);
}

/// The id of the suspended user is empty, so the delivery does not say whose tokens to revoke.
#[tokio::test]
async fn a_new_log_is_not_accepted_while_a_delivery_that_matters_could_not_be_read() {
    log::capture();
    let world = World::start().await;
    let (tenant, log) = (&world.tenant, MemoryLog::new());
    world.receiver.answer_with(422);
    tenant.suspend("").await;
    world.receiver.answer_with(200);
    let (revocations, _) = process(tenant, &log);
    let reconciler = Reconciler::builder(management(tenant), &revocations, &world.receiver.url);
    let mut reconciler = reconciler.build().unwrap();
    log::take();
    for pass in 0..3 {
        let done = reconciler.reconcile().await.unwrap();
        assert_eq!(done.unreadable, usize::from(pass == 0));
    }
    let mut errors = log::take_at("ERROR");
    errors.retain(|line| line.contains("was not accepted"));
    assert_eq!(errors.len(), 1, "{errors:?}");
    assert!(errors[0].contains("could not be read"), "{errors:?}");
    assert!(!beats(tenant, &log).await);

    tenant.advance(81 * MINUTE);
    // The newest delivery always matters. So the unreadable one matters until a newer one is logged.
    tenant.suspend("alice").await;
    reconciler.reconcile().await.unwrap();
    assert!(beats(tenant, &log).await);
}
