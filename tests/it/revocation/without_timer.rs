//! A list of revocations in a tokio runtime without a timer. Waits could not be limited there.

use axum::body::Body;
use futures_util::{FutureExt, future::BoxFuture};
use logto_runtime::{RejectionCode, Revocation, Revocations, RevokeError, test_util::MemoryLog};
use tokio::runtime::{Builder, Runtime};

use super::{
    KEY, World, delivery,
    replica::{Replica, code, tenant},
    signature, webhook,
};
use crate::support::send;

fn without_timer() -> Runtime {
    Builder::new_current_thread().build().unwrap()
}

fn with_timer() -> Runtime {
    let mut builder = Builder::new_multi_thread();
    builder.worker_threads(1).enable_all().build().unwrap()
}

/// Polls a future once outside a tokio runtime, and another one once in a runtime without a timer. Both
/// futures must be done then.
fn poll_both<T>(future: impl Fn() -> BoxFuture<'static, T>) -> [T; 2] {
    let outside = future().now_or_never();
    let without_timer = without_timer().block_on(async { future().now_or_never() });
    [outside, without_timer].map(Option::unwrap)
}

#[test]
fn a_list_with_a_log_does_not_start_in_a_runtime_without_a_timer() {
    let builder = || Revocations::builder("https://tenant.logto.app");
    without_timer().block_on(async {
        let error = builder().log(MemoryLog::new()).start().unwrap_err();
        let error = error.to_string();
        assert!(
            error.contains("log") && error.ends_with("with `.enable_all()`"),
            "{error}"
        );
        // A list without a log does not need a task.
        builder().start().unwrap();
    });
}

#[test]
fn a_webhook_in_a_runtime_without_a_timer_is_answered_503() {
    let world = World::start();
    let body = r#"{"event":"User.Deleted","params":{"userId":"alice"}}"#;
    let signature = signature(KEY, body.as_bytes());
    let answer = without_timer().block_on(async {
        let request = delivery(Body::from(body), Some(&signature));
        send(&webhook(&world.revocations), request).await
    });
    assert_eq!(answer.status, 503);
    assert_eq!(world.revocations.health().entries, 0);
}

/// The task that reads the log runs in a runtime with a timer. It appends what the caller could not append.
#[test]
fn what_is_revoked_without_a_timer_is_appended_to_the_log_by_the_task() {
    let runtime = with_timer();
    let (tenant, log) = (tenant(), MemoryLog::new());
    let replica = runtime.block_on(async {
        let replica = Replica::start(&tenant, log.clone());
        replica.revocations.ready().await.unwrap();
        replica
    });
    let list = &replica.revocations;
    let revoked = poll_both(|| {
        let list = list.clone();
        async move { list.revoke(Revocation::subject("alice")).await }.boxed()
    });
    let flushed = poll_both(|| {
        let list = list.clone();
        async move { list.flush().await }.boxed()
    });
    let revoked = revoked.map(|outcome| match outcome {
        Err(RevokeError::NotLogged(error)) => Err(error),
        outcome => panic!("{outcome:?}"),
    });
    for outcome in revoked.into_iter().chain(flushed) {
        let error = outcome.unwrap_err().to_string();
        assert!(error.ends_with("with `.enable_all()`"), "{error}");
    }
    let token = tenant.token().user("alice").mint();
    runtime.block_on(async {
        let refused = code(replica.verify(&token).await);
        assert_eq!(refused, Some(RejectionCode::Revoked));
        let appended = |_: &Replica| log.records().len() == 2;
        replica.until("the entries are in the log", appended).await;
    });
}

/// Without a timer, nobody can wait, so the connection must end.
#[test]
fn until_invalid_ends_at_once_without_a_timer() {
    let runtime = with_timer();
    let world = World::start();
    let auth = runtime.block_on(async {
        let logto = world.logto().build().unwrap();
        let token = world.tenant.token().user("alice").mint();
        logto.verify(&token).await.unwrap()
    });
    poll_both(|| {
        let auth = auth.clone();
        async move { auth.until_invalid().await }.boxed()
    });
}
