//! Tests a webhook with more deliveries than the reconciler reads in one pass (a call of `reconcile`).

use std::time::Duration;

use logto_runtime::test_util::{Client, TestTenant};
use tokio::net::TcpSocket;

use super::{deliveries::PAGE, *};
use crate::{credentials::Credentials, hooks::REVOKING_EVENTS};

const URL: &str = "https://api.example.com/webhooks/logto";

/// Somebody who makes Logto send many deliveries must not be able to hide an older one unnoticed.
#[tokio::test]
async fn more_deliveries_than_a_pass_reads_are_an_error_and_the_pass_is_not_complete() {
    let client = Client::new("manager", "s3cret").scopes("https://default.logto.app/api", ["all"]);
    for (deliveries, complete) in [(2 * PAGE - 1, true), (2 * PAGE + 1, false)] {
        let hook = logto_runtime::test_util::Hook::new(URL, REVOKING_EVENTS);
        let hook = (0..deliveries).fold(hook, |hook, _| hook.delivered("User.Created", 200));
        let tenant = TestTenant::builder()
            .client(client.clone())
            .hook(hook)
            .start();
        // 2026-11-23T19:31:40Z, shortly after the times of the deliveries above.
        tenant.set_now(std::time::UNIX_EPOCH + Duration::from_secs(1_795_462_300));
        let revocations = tenant.revocations().start().unwrap();
        let credentials = Credentials::new("manager", "s3cret");
        let management = Management::builder(tenant.endpoint(), credentials).build();
        let reconciler = Reconciler::builder(management.unwrap(), &revocations, URL).build();
        let mut reconciler = reconciler.unwrap();
        reconciler.pass.pages = 2;
        for pass in 1..=2 {
            let error = reconciler.reconcile().await.unwrap_err();
            if pass == 1 {
                // Requests for the webhooks, for two pages, and for the test call, which nobody accepts here.
                assert_eq!(tenant.management_requests(), 1 + 2 + 1);
            }
            let url = URL.to_owned();
            let too_many = ReconcileError::TooManyDeliveries { url, limit: 100 };
            assert_eq!(error == too_many, !complete, "{error}");
            // `start` returns its first argument, 0, until a pass is complete.
            assert_eq!(reconciler.pass.window.start(0, i64::MAX) > 0, complete);
        }
        let health = revocations.health();
        assert!(
            health.degraded && health.last_reconciled_seconds.is_none(),
            "{health:?}"
        );
    }
}

/// During an outage, the webhook sends more deliveries than one pass reads. Later, they no longer matter.
#[tokio::test]
async fn after_a_long_outage_passes_succeed_once_the_deliveries_that_matter_are_few() {
    let client = Client::new("manager", "s3cret").scopes("https://default.logto.app/api", ["all"]);
    let tenant = TestTenant::builder().client(client).start();
    // Nobody accepts the deliveries and the test calls: nobody listens at this port, and nobody else gets it
    // while the socket is bound.
    let socket = TcpSocket::new_v4().unwrap();
    socket.bind("127.0.0.1:0".parse().unwrap()).unwrap();
    let url = &*format!("http://{}/webhooks/logto", socket.local_addr().unwrap());
    tenant.send_webhooks_to(url, "key-of-the-webhook");
    tenant.suspend("alice").await;
    let revocations = tenant.revocations().start().unwrap();
    let credentials = Credentials::new("manager", "s3cret");
    let management = Management::builder(tenant.endpoint(), credentials).build();
    let reconciler = Reconciler::builder(management.unwrap(), &revocations, url).build();
    let mut reconciler = reconciler.unwrap();
    reconciler.pass.pages = 2;
    let too_many = ReconcileError::TooManyDeliveries {
        url: url.to_owned(),
        limit: 2 * PAGE,
    };
    assert_ne!(reconciler.reconcile().await, Err(too_many.clone()));
    for number in 0..=2 * PAGE {
        tenant.suspend(&format!("user-{number}")).await;
    }
    assert_eq!(reconciler.reconcile().await, Err(too_many.clone()));
    // Revocations matter for 80 minutes.
    tenant.advance(Duration::from_secs(81 * 60));
    tenant.suspend("bob").await;
    assert_ne!(reconciler.reconcile().await, Err(too_many));
}
