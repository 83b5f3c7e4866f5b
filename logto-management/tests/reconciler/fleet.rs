//! Tests several processes that share one log of revocations. Each process that receives webhooks writes
//! *beats* into the log. A beat says two things: the process is alive, and the log has everything that the
//! process has received.

use std::time::Duration;

use axum::routing::MethodRouter;
use logto_management::Reconciler;
use logto_runtime::{
    Logto, RejectionCode, RevocationLog, Revocations, Silence,
    test_util::{MemoryLog, TestTenant},
};
use tokio::time::timeout;

use crate::{KEY, SOON, World, log, management};

fn process(tenant: &TestTenant, log: &MemoryLog, silence: Silence) -> (Revocations, Logto) {
    let revocations = tenant.revocations().log(log.clone());
    let revocations = revocations.when_silent(silence).start().unwrap();
    let logto = tenant.logto().revocations(&revocations).build().unwrap();
    (revocations, logto)
}

async fn beat(log: &MemoryLog) -> Option<String> {
    log.head().await.unwrap().beat
}

/// Moves the tenant's clock forward until `fits` returns `true`. Beats become due by this clock.
async fn until(tenant: &TestTenant, fits: impl Fn() -> bool) {
    let fits = async {
        while !fits() {
            tenant.advance(Duration::from_millis(250));
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    timeout(SOON, fits).await.unwrap();
}

/// Waits until the log has a beat.
async fn until_beaten(log: &MemoryLog) {
    let beaten = async {
        while beat(log).await.is_none() {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    timeout(SOON, beaten).await.unwrap();
}

/// The log of revocations was lost. Two processes start with a new log: a receiver of webhooks and a replica.
/// They do not know what was revoked. So the replica refuses everybody until a pass of the reconciler (one
/// call of `reconcile`) has applied the deliveries in Logto's log. The pass then *accepts* the log: it counts as
/// complete.
#[tokio::test]
async fn the_first_complete_pass_accepts_a_new_log_for_all_processes() {
    log::capture();
    let world = World::start().await;
    let (tenant, log) = (&world.tenant, MemoryLog::new());
    world.receiver.answer_with(503);
    tenant.suspend("alice").await;
    let (receiver, _) = process(tenant, &log, Silence::Serve);
    let _route: MethodRouter = receiver.webhook([KEY]);
    let strict = Silence::Unavailable(Duration::from_secs(60));
    let (replica, api) = process(tenant, &log, strict);
    let (alice, bob) = (world.token("alice"), world.token("bob"));
    receiver.ready().await.unwrap();
    let before = tenant.now();
    until(tenant, || {
        tenant.now().duration_since(before).unwrap() > Duration::from_secs(15)
    })
    .await;
    // Nobody has accepted the log. So the receiver did not write beats in these 15 seconds, and the replica
    // is not ready.
    for token in [&alice, &bob] {
        let refused = api.verify(token).await.unwrap_err();
        assert_eq!(refused.code(), RejectionCode::RevocationsUnavailable);
    }
    assert!(!replica.health().ready && beat(&log).await.is_none());

    let (revocations, _) = process(tenant, &log, strict);
    let reconciler = |url: &str| {
        let reconciler = Reconciler::builder(management(tenant), &revocations, url);
        reconciler.build().unwrap()
    };
    // A pass that does not find the webhook does not accept the log.
    let elsewhere = "https://elsewhere.example.com";
    reconciler(elsewhere).reconcile().await.unwrap_err();
    let last_error = || revocations.health().last_error;
    until(tenant, || {
        last_error().is_some_and(|it| it.contains("was not accepted yet"))
    })
    .await;
    assert!(beat(&log).await.is_none() && log.records().is_empty());

    world.receiver.answer_with(200);
    let done = reconciler(&world.receiver.url).reconcile().await.unwrap();
    assert_eq!((done.applied, log.records().len()), (1, 1));
    until(tenant, || {
        replica.health().ready && receiver.health().silent_for_seconds.is_some()
    })
    .await;
    let refused = api.verify(&alice).await.unwrap_err();
    assert_eq!(refused.code(), RejectionCode::Revoked);
    api.verify(&bob).await.unwrap();
    let text = log::take();
    let logged = |what: &str| text.lines().filter(|line| line.contains(what)).count();
    assert_eq!(logged("the log of revocations is new"), 3, "{text}");
    assert_eq!(
        logged("another process has accepted the new log"),
        2,
        "{text}"
    );
}

/// Three processes with a reconciler start one after another. Only the first one appends entries.
#[tokio::test]
async fn an_entry_of_the_log_is_not_appended_again() {
    let world = World::start().await;
    let (tenant, log) = (&world.tenant, MemoryLog::new());
    for user in ["alice", "bob"] {
        tenant.suspend(user).await;
    }
    for _ in 0..3 {
        let (revocations, _) = process(tenant, &log, Silence::Serve);
        let reconciler = Reconciler::builder(management(tenant), &revocations, &world.receiver.url);
        let mut reconciler = reconciler.build().unwrap();
        reconciler.reconcile().await.unwrap();
        reconciler.reconcile().await.unwrap();
        assert_eq!(log.records().len(), 2);
    }
}

#[tokio::test]
async fn while_the_log_is_out_of_reach_a_pass_fails_and_loses_nothing() {
    let world = World::start().await;
    let (tenant, log) = (&world.tenant, MemoryLog::new());
    let (revocations, _) = process(tenant, &log, Silence::Serve);
    let reconciler = Reconciler::builder(management(tenant), &revocations, &world.receiver.url);
    let mut reconciler = reconciler.build().unwrap();
    reconciler.reconcile().await.unwrap();
    tenant.suspend("alice").await;
    log.cut();
    let error = reconciler.reconcile().await.unwrap_err();
    assert!(
        error
            .to_string()
            .ends_with("check the server or the file of the log"),
        "{error}"
    );
    log.mend();
    let done = reconciler.reconcile().await.unwrap();
    assert_eq!((done.applied, log.records().len()), (0, 1));
}

/// Revocations matter for the lifetime of tokens plus 20 minutes. Logto drops a delivery after a day, even if
/// its revocation still matters.
#[tokio::test]
async fn a_new_log_is_not_accepted_if_revocations_matter_for_more_than_a_day() {
    log::capture();
    let day = 24 * 3_600;
    for (lifetime, accepts) in [(day - 1_200, true), (day - 1_199, false)] {
        let world = World::start().await;
        let (tenant, shared) = (&world.tenant, MemoryLog::new());
        world.receiver.answer_with(503);
        tenant.suspend("alice").await;
        world.receiver.answer_with(200);
        let builder = tenant.revocations().log(shared.clone());
        let builder = builder.max_token_lifetime(Duration::from_secs(lifetime));
        let revocations = builder.start().unwrap();
        let reconciler = Reconciler::builder(management(tenant), &revocations, &world.receiver.url);
        let mut reconciler = reconciler.build().unwrap();
        log::take();
        for _ in 0..2 {
            reconciler.reconcile().await.unwrap();
        }
        assert_eq!(shared.records().len(), 1, "the delivery is applied");
        // A beat tells the other processes that the log is accepted. If it is, a beat is due in the first
        // five of these fifteen seconds.
        for _ in 0..60 {
            if beat(&shared).await.is_some() {
                break;
            }
            tenant.advance(Duration::from_millis(250));
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        if accepts {
            until_beaten(&shared).await;
        }
        assert_eq!(beat(&shared).await.is_some(), accepts, "{lifetime}");
        let errors = log::take_at("ERROR");
        let about = |line: &&String| line.contains("keeps its log of deliveries for a day");
        let about: Vec<_> = errors.iter().filter(about).collect();
        assert_eq!(about.len(), usize::from(!accepts), "{errors:?}");
        let fix = "call `Revocations::accept_empty_log`";
        assert!(about.iter().all(|line| line.contains(fix)), "{errors:?}");
        if !accepts {
            revocations.accept_empty_log();
            until(tenant, || revocations.health().ready).await;
            until_beaten(&shared).await;
        }
    }
}
