//! A log that was created just now: nobody knows what was revoked before.

use std::time::Duration;

use axum::routing::MethodRouter;
use logto_runtime::{
    RevocationLog, Revocations,
    test_util::{MemoryLog, TestTenant},
};
use tokio::time::timeout;

use super::{
    KEY,
    replica::{SOON, tenant},
};

fn process(tenant: &TestTenant, log: &MemoryLog) -> Revocations {
    tenant.revocations().log(log.clone()).start().unwrap()
}

/// Waits until a process hears one that takes webhooks. Moves the clock, so that beats are due.
async fn heard(tenant: &TestTenant, process: &Revocations) {
    let heard = async {
        while process.health().silent_for_seconds.is_none() {
            tenant.advance(Duration::from_millis(250));
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    timeout(5 * SOON, heard).await.unwrap();
}

/// A process that starts later must not take the log for one that somebody knows.
#[tokio::test]
async fn nobody_beats_before_a_new_log_is_accepted_and_one_call_accepts_it_for_all() {
    let (tenant, log) = (tenant(), MemoryLog::new());
    let receiver = process(&tenant, &log);
    let _route: MethodRouter = receiver.webhook([KEY]);
    let operator = process(&tenant, &log);
    let processes = [&receiver, &operator];
    for process in processes {
        process.ready().await.unwrap();
    }
    let waits = heard(&tenant, &receiver);
    timeout(2 * SOON, waits).await.unwrap_err();
    assert_eq!(log.head().await.unwrap().beat, None);
    let late = process(&tenant, &log);
    late.ready().await.unwrap();
    let waits = heard(&tenant, &late);
    timeout(SOON, waits).await.unwrap_err();

    operator.accept_empty_log();
    for process in [&receiver, &operator, &late] {
        heard(&tenant, process).await;
    }
}

/// The beat of an older copy says that somebody knew that copy. Only a change says that he knows it.
#[tokio::test]
async fn an_older_copy_with_a_beat_does_not_accept_a_new_log() {
    let (tenant, log) = (tenant(), MemoryLog::new());
    let receiver = process(&tenant, &log);
    let _route: MethodRouter = receiver.webhook([KEY]);
    receiver.ready().await.unwrap();
    log.beat("of the older copy").await.unwrap();
    log.restore(0);
    timeout(2 * SOON, heard(&tenant, &receiver))
        .await
        .unwrap_err();
    let beat = log.head().await.unwrap().beat;
    assert_eq!(beat.as_deref(), Some("of the older copy"));
    // The receiver beats itself as soon as the log is known.
    log.beat("of another process").await.unwrap();
    heard(&tenant, &receiver).await;
}

/// Whoever accepts but does not take webhooks says so once, and then counts as silent.
#[tokio::test]
async fn a_process_that_accepts_a_log_does_not_pretend_to_take_webhooks() {
    let (tenant, log) = (tenant(), MemoryLog::new());
    let operator = process(&tenant, &log);
    let other = process(&tenant, &log);
    operator.accept_empty_log();
    for process in [&operator, &other] {
        process.ready().await.unwrap();
    }
    timeout(2 * SOON, heard(&tenant, &other)).await.unwrap_err();
    let beat = log.head().await.unwrap().beat;
    timeout(SOON, heard(&tenant, &other)).await.unwrap_err();
    assert!(beat.is_some() && beat == log.head().await.unwrap().beat);
    assert!(other.health().degraded);
}
