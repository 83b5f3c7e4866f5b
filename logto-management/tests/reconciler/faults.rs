//! Tests a reconciler with a webhook that does not work, during an outage, and with a busy tenant. A
//! reconciler reads webhook deliveries from Logto's log and applies them. Each call of `reconcile` is a pass.

use std::{sync::Arc, time::Duration};

use axum::http::StatusCode;
use logto_management::{
    Credentials, Error, Management, REVOKING_EVENTS, ReconcileError, Reconciler,
};
use logto_runtime::test_util::{Fault, Hook, TenantEndpoint, TestTenantBuilder};
use tokio::{net::TcpSocket, time::timeout};

use crate::{KEY, SECRET, SOON, World, log, management, tenant};

const URL: &str = "https://user:passw0rd@api.example.com/webhooks/logto?token=t0ken-in-the-query";
const SHOWN: &str = "https://api.example.com/webhooks/logto";

#[tokio::test]
async fn a_webhook_that_does_not_revoke_is_an_error_that_names_the_fix() {
    log::capture();
    let url = SHOWN.to_owned();
    let hook = |events: &[&str]| Hook::new(URL, events.iter().copied());
    for (hooks, expected, fix) in [
        (
            vec![],
            ReconcileError::WebhookMissing { url: url.clone() },
            "create one in the console (Webhooks) with exactly the URL given to the `Reconciler`, and the events Organization.Deleted, ",
        ),
        (
            vec![Hook::new(
                "https://api.example.com/webhooks/logto/?token=t0ken-in-the-query",
                REVOKING_EVENTS,
            )],
            ReconcileError::WebhookMissing { url: url.clone() },
            "create one",
        ),
        (
            vec![hook(&REVOKING_EVENTS).disabled()],
            ReconcileError::WebhookDisabled { url: url.clone() },
            "enable it in the console",
        ),
        (
            vec![hook(&REVOKING_EVENTS[1..])],
            ReconcileError::WebhookLacksEvents {
                url: url.clone(),
                events: vec!["Organization.Deleted"],
            },
            "add the events in the console",
        ),
        (
            // The second webhook has all events, but is disabled.
            vec![
                hook(&REVOKING_EVENTS[..2]),
                hook(&REVOKING_EVENTS).disabled(),
            ],
            ReconcileError::WebhookLacksEvents {
                url,
                events: vec!["User.Deleted", "User.SuspensionStatus.Updated"],
            },
            "add the events in the console",
        ),
    ] {
        let tenant = hooks.into_iter().fold(tenant(), TestTenantBuilder::hook);
        let tenant = tenant.start();
        let revocations = tenant.revocations().start().unwrap();
        let reconciler = Reconciler::builder(management(&tenant), &revocations, URL);
        let mut reconciler = reconciler.build().unwrap();
        log::take();
        for _ in 0..3 {
            assert_eq!(reconciler.reconcile().await.unwrap_err(), expected);
        }
        let errors = log::take_at("ERROR");
        assert_eq!(errors.len(), 1, "{errors:?}");
        assert!(errors[0].contains(&expected.to_string()), "{errors:?}");
        assert!(errors[0].contains(fix), "{errors:?}");
    }
}

#[tokio::test]
async fn several_webhooks_can_deliver_the_events_together() {
    let world = World::start().await;
    let url = &world.receiver.url;
    let tenant = tenant()
        .hook(Hook::new(url, REVOKING_EVENTS[..2].to_vec()))
        .hook(Hook::new(url, REVOKING_EVENTS[2..].to_vec()))
        .start();
    let reconciler = Reconciler::builder(management(&tenant), &world.revocations, url);
    reconciler.build().unwrap().reconcile().await.unwrap();
    assert_eq!(world.receiver.received(), 2, "each webhook is tested");
}

/// The token endpoint refuses the application for a while, for example while an operator replaces the secret
/// of the application.
#[tokio::test]
async fn the_reconciler_tries_again_until_a_pass_succeeds_and_logs_a_failure_once() {
    log::capture();
    let world = World::start().await;
    let reconciler = Reconciler::builder(
        management(&world.tenant),
        &world.revocations,
        &world.receiver.url,
    );
    let reconciler = reconciler.every(Duration::from_millis(5)).build().unwrap();
    world.receiver.answer_with(503);
    world.tenant.suspend("alice").await;
    world.receiver.answer_with(200);
    // The list does not have the suspension yet, so the token of alice is accepted.
    let token = world.token("alice");
    let alice = world.logto.verify(&token).await.unwrap();
    let refused = Fault::Fail(StatusCode::BAD_REQUEST);
    world.tenant.fault(TenantEndpoint::Token, refused);
    let mended = async {
        while world.tenant.token_requests() < 5 {
            tokio::task::yield_now().await;
        }
        world.tenant.recover();
        alice.until_invalid().await;
        log::take()
    };
    let lines = tokio::select! {
        never = reconciler.run() => match never {},
        ended = timeout(SOON, mended) => ended.unwrap(),
    };
    let logged = |text: &str| lines.lines().filter(|line| line.contains(text)).count();
    assert_eq!(logged("revocations may be missed until"), 1, "{lines}");
}

#[tokio::test]
async fn an_outage_is_logged_as_a_warning_and_its_end_is_logged() {
    log::capture();
    let world = World::start().await;
    let url = world.receiver.url.clone();
    // Nobody listens at this port, and nobody else gets it while the socket is bound.
    let socket = TcpSocket::new_v4().unwrap();
    socket.bind("127.0.0.1:0".parse().unwrap()).unwrap();
    let gone = format!("http://{}", socket.local_addr().unwrap());
    let manager = || Credentials::new("manager", SECRET);
    let down = Management::builder(&gone, manager()).build().unwrap();
    let mut reconciler = Reconciler::builder(down, &world.revocations, &url)
        .build()
        .unwrap();
    for _ in 0..3 {
        let error = reconciler.reconcile().await.unwrap_err();
        assert!(
            matches!(error, ReconcileError::Management(Error::Unreachable { .. })),
            "{error}"
        );
    }
    let warnings = log::take_at("WARN");
    let about =
        |line: &&String| line.contains("can't apply Logto's log of deliveries; trying again");
    assert_eq!(warnings.iter().filter(about).count(), 1, "{warnings:?}");

    let busy = Management::builder(world.tenant.endpoint(), manager());
    let busy = busy.patience(Duration::ZERO).build().unwrap();
    let mut reconciler = Reconciler::builder(busy, &world.revocations, &url)
        .build()
        .unwrap();
    world.tenant.fault(
        TenantEndpoint::Management,
        Fault::Fail(StatusCode::BAD_GATEWAY),
    );
    for _ in 0..2 {
        let error = reconciler.reconcile().await.unwrap_err();
        assert!(
            matches!(
                error,
                ReconcileError::Management(Error::Busy { status: 502, .. })
            ),
            "{error}"
        );
    }
    world.tenant.recover();
    reconciler.reconcile().await.unwrap();
    reconciler.reconcile().await.unwrap();
    let lines = log::take();
    let logged = |text: &str| lines.lines().filter(|line| line.contains(text)).count();
    assert_eq!(logged("trying again"), 1, "{lines}");
    assert_eq!(logged("is applied again"), 1, "{lines}");
}

#[tokio::test]
async fn the_reconciler_waits_for_a_tenant_that_answers_429() {
    let world = World::start().await;
    let tenant = Arc::new(world.tenant);
    let busy = Fault::answer(StatusCode::TOO_MANY_REQUESTS, [("retry-after", "0")], "");
    tenant.fault(TenantEndpoint::Management, busy);
    let recovers = Arc::clone(&tenant);
    let management = Management::builder(tenant.endpoint(), Credentials::new("manager", SECRET))
        .on_wait(move |wait| {
            assert_eq!(wait.status, 429);
            recovers.recover();
        })
        .build()
        .unwrap();
    let reconciler = Reconciler::builder(management, &world.revocations, &world.receiver.url);
    reconciler.build().unwrap().reconcile().await.unwrap();
    // The first request gets 429. Then come three requests: for the webhooks, for a page of deliveries, and
    // for the test call.
    assert_eq!(tenant.management_requests(), 1 + 3);
}

#[tokio::test]
async fn the_test_call_is_sent_when_it_is_due_and_a_refusal_names_the_fix() {
    log::capture();
    let world = World::start().await;
    let mut reconciler = world.reconciler();
    for _ in 0..3 {
        reconciler.reconcile().await.unwrap();
    }
    assert_eq!(world.receiver.received(), 1);
    let management = management(&world.tenant);
    let due = Reconciler::builder(management, &world.revocations, &world.receiver.url);
    let due = due.test_call_every(Duration::from_nanos(1)).build();
    let mut due = due.unwrap();
    for (status, fix) in [
        (Some(401), "give the service the signing key"),
        (Some(503), "why the log of revocations is out of reach"),
        (Some(404), "the path of the URL"),
        (None, "that Logto can reach it"),
    ] {
        match status {
            Some(status) => world.receiver.answer_with(status),
            None => world.tenant.send_webhooks_to("http://127.0.0.1:1/", KEY),
        }
        let url = match status {
            Some(_) => world.receiver.url.clone(),
            None => {
                let unreachable = Reconciler::builder(
                    crate::management(&world.tenant),
                    &world.revocations,
                    "http://127.0.0.1:1/",
                );
                due = unreachable.build().unwrap();
                "http://127.0.0.1:1/".to_owned()
            }
        };
        log::take();
        let error = due.reconcile().await.unwrap_err();
        assert_eq!(error, ReconcileError::TestCall { url, status });
        assert!(error.to_string().contains(fix), "{error}");
        due.reconcile().await.unwrap_err();
        let errors = log::take_at("ERROR");
        // 503 and 404 are failures of the same kind as 401, so they are not logged again. `None` is the first
        // failure of another reconciler.
        let logged = !matches!(status, Some(503 | 404));
        assert_eq!(errors.len(), usize::from(logged), "{status:?}: {errors:?}");
        assert!(errors.iter().all(|line| line.contains(fix)), "{errors:?}");
    }
}
