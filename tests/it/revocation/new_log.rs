//! A revocation log that was created just now, and does not have earlier revocations. A beat is the sign of
//! life of a receiver, a process that receives webhooks. Processes write beats only after an operator or the
//! reconciler has accepted the log.

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
use crate::events::{Event, Events};

fn process(tenant: &TestTenant, log: &MemoryLog) -> Revocations {
    tenant.revocations().log(log.clone()).start().unwrap()
}

/// Waits until a process knows from beats that a receiver is alive. Moves the clock, so that beats are due.
async fn until_heard(tenant: &TestTenant, process: &Revocations) {
    let heard = async {
        while process.health().silent_for_seconds.is_none() {
            tenant.advance(Duration::from_millis(250));
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    timeout(5 * SOON, heard).await.unwrap();
}

/// A process that starts later finds a log without beats. So this process knows that nobody has accepted the
/// log.
#[tokio::test]
async fn no_beat_is_written_before_a_new_log_is_accepted_and_one_call_accepts_it_for_all() {
    let (tenant, log) = (tenant(), MemoryLog::new());
    let receiver = process(&tenant, &log);
    let _route: MethodRouter = receiver.webhook([KEY]);
    let operator = process(&tenant, &log);
    let processes = [&receiver, &operator];
    for process in processes {
        process.ready().await.unwrap();
    }
    let waits = until_heard(&tenant, &receiver);
    timeout(2 * SOON, waits).await.unwrap_err();
    assert_eq!(log.head().await.unwrap().beat, None);
    let late = process(&tenant, &log);
    late.ready().await.unwrap();
    let waits = until_heard(&tenant, &late);
    timeout(SOON, waits).await.unwrap_err();

    operator.accept_empty_log();
    for process in [&receiver, &operator, &late] {
        until_heard(&tenant, process).await;
    }
}

/// A server can lose its log, and restore an older copy. The copy can have an old beat. Only a new beat shows
/// that somebody has accepted the copy.
#[tokio::test]
async fn the_beat_in_an_older_copy_does_not_count_as_acceptance() {
    let (tenant, log) = (tenant(), MemoryLog::new());
    let receiver = process(&tenant, &log);
    let _route: MethodRouter = receiver.webhook([KEY]);
    receiver.ready().await.unwrap();
    log.beat("of the older copy").await.unwrap();
    log.restore(0);
    timeout(2 * SOON, until_heard(&tenant, &receiver))
        .await
        .unwrap_err();
    let beat = log.head().await.unwrap().beat;
    assert_eq!(beat.as_deref(), Some("of the older copy"));
    // After a beat of another process, the receiver writes beats, too.
    log.beat("of another process").await.unwrap();
    until_heard(&tenant, &receiver).await;
}

/// A process that accepts the log, but does not receive webhooks, writes a single beat. This beat does not
/// show that a receiver is alive.
#[tokio::test]
async fn a_process_that_accepts_a_log_does_not_count_as_a_receiver() {
    let (tenant, log) = (tenant(), MemoryLog::new());
    let operator = process(&tenant, &log);
    let other = process(&tenant, &log);
    operator.accept_empty_log();
    for process in [&operator, &other] {
        process.ready().await.unwrap();
    }
    let hears = || until_heard(&tenant, &other);
    timeout(2 * SOON, hears()).await.unwrap_err();
    let beat = log.head().await.unwrap().beat;
    timeout(SOON, hears()).await.unwrap_err();
    assert!(beat.is_some() && beat == log.head().await.unwrap().beat);
    assert!(other.health().degraded);
}

/// The error about a new log asks for a call of `accept_empty_log`. After that call, the error must not be
/// logged. Instead, the process logs that it has accepted the log.
#[tokio::test]
async fn after_accept_empty_log_the_acceptance_is_logged_and_not_the_error_about_a_new_log() {
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
        // The process logs the acceptance only after it has written the beat.
        tokio::task::yield_now().await;
        let events = events.take();
        let levels = |message: &str| {
            let matching = events.iter().filter(|it| it.message.contains(message));
            matching.map(|event| event.level).collect::<Vec<_>>()
        };
        let asked = levels("the log of revocations is new");
        assert_eq!(asked, vec![Level::ERROR; usize::from(!at_once)]);
        let accepted = levels("this process has accepted the new log of revocations");
        assert_eq!(accepted, [Level::INFO], "{at_once} {events:?}");
    }
}

/// With `Silence::Unavailable`, `ready` fails if no beat is seen within ten seconds. Programs that call
/// `ready` at their start may end with this error.
#[tokio::test]
async fn the_error_of_ready_says_what_to_do_about_a_new_log() {
    let (tenant, log) = (tenant(), MemoryLog::new());
    let strict = tenant
        .revocations()
        .when_silent(Silence::Unavailable(MINUTE));
    let receiver = strict.log(log.clone()).start().unwrap();
    let _route: MethodRouter = receiver.webhook([KEY]);
    let last_error = || receiver.health().last_error;
    // A log that was accepted, but does not get new beats.
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

/// A token is accepted for up to `max_token_lifetime` and the leeway, and clocks differ. So a revocation
/// matters for longer than `max_token_lifetime`: for as long as the list keeps its entry.
#[tokio::test]
async fn the_errors_about_a_new_log_say_for_how_long_revocations_matter() {
    let (tenant, log) = (tenant(), MemoryLog::new());
    let events = Events::collect();
    let operator = process(&tenant, &log);
    let known_as_new = async {
        while operator.health().last_error.is_none() {
            tokio::task::yield_now().await;
        }
    };
    timeout(SOON, known_as_new).await.unwrap();
    let time = "during the last `max_token_lifetime` plus 20 minutes";
    let error = operator.health().last_error.unwrap();
    assert!(error.contains(time), "{error}");
    let events = events.take();
    let is_new = |it: &&Event| it.message.contains("the log of revocations is new");
    let logged = events.iter().find(is_new).unwrap();
    assert!(logged.message.contains(time), "{logged:?}");
}
