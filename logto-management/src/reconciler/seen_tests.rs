//! Tests which deliveries are remembered while passes (calls of `reconcile`) fail.

use std::time::Duration;

use logto_runtime::test_util::{Client, MemoryLog, TestTenant};

use super::*;
use crate::credentials::Credentials;

/// Nobody accepts the deliveries and the test calls.
const URL: &str = "http://127.0.0.1:9/webhooks/logto";
const HOUR: Duration = Duration::from_secs(3_600);

/// A failure can last for days, for example because nobody adds an event to the webhook. Whoever makes Logto
/// send deliveries must not make the memory of the reconciler grow for all this time.
#[tokio::test]
async fn passes_that_fail_remember_the_deliveries_that_a_later_pass_reads_and_no_others() {
    for (a_pass_was_complete, interval) in [
        // Revocations matter for 80 minutes, and Logto lists its deliveries for a day.
        (false, 2 * HOUR),
        (false, 25 * HOUR),
        (true, 25 * HOUR),
    ] {
        let client =
            Client::new("manager", "s3cret").scopes("https://default.logto.app/api", ["all"]);
        let tenant = TestTenant::builder().client(client).start();
        tenant.send_webhooks_to(URL, "key-of-the-webhook");
        let log = MemoryLog::new();
        let revocations = tenant.revocations().log(log.clone()).start().unwrap();
        let credentials = Credentials::new("manager", "s3cret");
        let management = Management::builder(tenant.endpoint(), credentials).build();
        let reconciler = Reconciler::builder(management.unwrap(), &revocations, URL).build();
        let mut pass = reconciler.unwrap().pass;
        if a_pass_was_complete {
            let mut done = Reconciled::default();
            pass.apply_all(&mut Vec::new(), &mut done).await.unwrap();
        }
        log.freeze();
        for number in 0..3 {
            tenant.advance(interval);
            tenant.suspend(&format!("user-{number}")).await;
            // The second pass does not process the delivery again.
            for deliveries in [1, 0] {
                let mut done = Reconciled::default();
                let error = pass.apply_all(&mut Vec::new(), &mut done).await;
                let case = format!("{a_pass_was_complete} {interval:?} {number}");
                assert!(matches!(error, Err(ReconcileError::Log(_))), "{case}");
                assert_eq!(done.deliveries, deliveries, "{case}");
                assert_eq!(pass.window.remembered(), 1, "{case}");
            }
        }
    }
}
