//! A log that was created just now: nobody knows what was revoked before.

use std::time::Duration;

use axum::routing::MethodRouter;
use logto_runtime::{
    RevocationLog, Revocations, Silence,
    test_util::{MemoryLog, TestTenant},
};
use tokio::time::timeout;
use tracing::Level;

use super::{
    KEY,
    replica::{MINUTE, SOON, tenant},
};
use crate::events::Events;

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

/// The error asks for the call, so it must not follow the call. And the log shows who accepted.
#[tokio::test]
async fn whoever_accepts_a_new_log_says_so_and_is_asked_for_it_only_before() {
    for at_once in [true, false] {
        let (tenant, log) = (tenant(), MemoryLog::new());
        let events = Events::collect();
        let operator = process(&tenant, &log);
        if !at_once {
            operator.ready().await.unwrap();
        }
        operator.accept_empty_log();
        let accepted = async {
            while log.head().await.unwrap().beat.is_none() {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        };
        timeout(2 * SOON, accepted).await.unwrap();
        // The task goes on after it has written.
        tokio::task::yield_now().await;
        let events = events.take();
        let levels = |message: &str| {
            let of = events.iter().filter(|it| it.message.contains(message));
            of.map(|event| event.level).collect::<Vec<_>>()
        };
        let asked = levels("the log of revocations is new");
        assert_eq!(asked, vec![Level::ERROR; usize::from(!at_once)]);
        let accepted = levels("this process has accepted the new log of revocations");
        assert_eq!(accepted, [Level::INFO], "{at_once} {events:?}");
    }
}

/// In this mode, a program that waits for the list at its start ends after ten seconds.
#[tokio::test]
async fn a_program_that_waits_for_a_new_log_reads_what_to_do() {
    let (tenant, log) = (tenant(), MemoryLog::new());
    let strict = tenant
        .revocations()
        .when_silent(Silence::Unavailable(MINUTE));
    let receiver = strict.log(log.clone()).start().unwrap();
    let _route: MethodRouter = receiver.webhook([KEY]);
    let last_error = || receiver.health().last_error;
    // This one somebody has accepted, and nobody beats into it.
    let known = MemoryLog::new();
    known.beat("before").await.unwrap();
    let strict = tenant
        .revocations()
        .when_silent(Silence::Unavailable(MINUTE));
    let replica = strict.log(known).start().unwrap();
    let (new, known) = tokio::join!(receiver.ready(), replica.ready());
    let known = known.unwrap_err().to_string();
    assert!(
        known.ends_with("a process that receives webhooks; start one"),
        "{known}"
    );
    assert_eq!(replica.health().last_error, None);
    let text = new.unwrap_err().to_string();
    for fix in [
        "revoke again",
        "`Revocations::accept_empty_log`",
        "`Reconciler`",
    ] {
        assert!(text.contains(fix), "{text}");
    }
    assert_eq!(last_error(), Some(text));
    receiver.accept_empty_log();
    receiver.ready().await.unwrap();
    assert_eq!(last_error(), None);
}
