//! A list of revocations in a tokio runtime without a timer. Waits could not be limited there.

use axum::body::Body;
use logto_runtime::{Revocations, test_util::MemoryLog};
use tokio::runtime::{Builder, Runtime};

use super::{KEY, World, delivery, signature, webhook};
use crate::support::send;

fn without_timer() -> Runtime {
    Builder::new_current_thread().build().unwrap()
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
