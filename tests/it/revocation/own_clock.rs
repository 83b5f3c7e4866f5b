//! The list of revocations has another clock than the `Logto`. A test can set the clock of only one of them.

use std::time::Duration;

use axum::http::StatusCode;
use logto_runtime::{
    RejectionCode, Revocations,
    test_util::{MemoryLog, TestTenant},
};
use tokio::time::timeout;

use super::replica::{MINUTE, Replica};
use crate::support::PRODUCTS;

/// By the clock of the `Logto`, the process stays paused, however often the list reads its log.
#[tokio::test(start_paused = true)]
async fn a_request_is_refused_and_does_not_wait_for_ever_if_the_list_has_another_clock() {
    let tenant = TestTenant::builder()
        .offline()
        .resource(PRODUCTS, ["read:products"])
        .start();
    let revocations = Revocations::builder(tenant.endpoint()).log(MemoryLog::new());
    let revocations = revocations.start().unwrap();
    let logto = tenant.logto().revocations(&revocations).build().unwrap();
    let replica = Replica { revocations, logto };
    replica.revocations.ready().await.unwrap();
    let token = tenant.token().user("alice").mint();
    replica.verify(&token).await.unwrap();
    tenant.advance(Duration::from_secs(6));
    let verified = timeout(10 * MINUTE, replica.verify(&token)).await;
    let refused = verified.expect("the request hangs").unwrap_err();
    let unavailable = (
        StatusCode::SERVICE_UNAVAILABLE,
        RejectionCode::RevocationsUnavailable,
    );
    assert_eq!(refused, unavailable);
}
