//! A silence: a replica sees no new beats. A beat is the sign of life of a receiver, a process that receives
//! webhooks.

use std::{cell::RefCell, pin::pin, time::Duration};

use logto_runtime::{
    ConfigError, RejectionCode, Revocations, Silence,
    test_util::{MemoryLog, TestTenant},
};
use tokio::time::timeout;

use super::{
    KEY,
    replica::{MINUTE, Replica, SOON, code, tenant},
};
use crate::events::Events;

fn old_token(tenant: &TestTenant, age: Duration) -> String {
    let token = tenant.token().user("old");
    token.issued_at(tenant.now() - age).mint()
}

/// In the first round, the log is out of reach. In the second round, the log is on an old primary server.
/// That server still answers reads, but gets no new records or beats.
#[tokio::test]
async fn requests_during_a_silence_are_answered_as_the_setting_says_until_a_beat_is_seen() {
    let silences: [fn(&MemoryLog); 2] = [MemoryLog::cut, MemoryLog::freeze];
    for silence in silences {
        for mode in [
            Silence::Serve,
            Silence::RefuseOlderThan(MINUTE),
            Silence::Unavailable(MINUTE),
        ] {
            let (tenant, log) = (tenant(), MemoryLog::new());
            let receiver = Replica::receiver(&tenant, &log);
            receiver.revocations.ready().await.unwrap();
            let replica = Replica::with(&tenant, log.clone(), |it| it.when_silent(mode));
            replica.revocations.accept_empty_log();
            replica
                .until("heard", |it| {
                    tenant.advance(Duration::from_millis(100));
                    it.revocations.health().silent_for_seconds.is_some()
                })
                .await;
            receiver.revoke("alice").await.unwrap();
            let alice = tenant
                .token()
                .user("alice")
                .issued_at(tenant.now() - 2 * MINUTE)
                .mint();
            replica
                .until("read", |it| it.revocations.health().entries == 1)
                .await;
            silence(&log);
            tenant.advance(MINUTE + SOON);
            let (old, new) = (
                old_token(&tenant, MINUTE * 2),
                old_token(&tenant, Duration::ZERO),
            );
            // The clock has jumped. So the first requests wait until the log was read or has failed.
            let expected = match mode {
                Silence::RefuseOlderThan(_) => [Some(RejectionCode::OlderThanRevocations), None],
                Silence::Unavailable(_) => [Some(RejectionCode::RevocationsUnavailable); 2],
                _ => [None; 2],
            };
            let got = [
                code(replica.verify(&old).await),
                code(replica.verify(&new).await),
            ];
            assert_eq!(got, expected, "{mode:?}");
            let known = code(replica.verify(&alice).await);
            assert_eq!(known, Some(RejectionCode::Revoked), "{mode:?}");
            let health = replica.revocations.health();
            assert!(health.degraded, "{health:?}");

            log.mend();
            replica
                .until("heard again", |it| {
                    tenant.advance(Duration::from_millis(20));
                    !it.revocations.health().degraded
                })
                .await;
            let old = old_token(&tenant, MINUTE * 2);
            replica.verify(&old).await.unwrap();
        }
    }
}

#[tokio::test]
async fn a_new_log_counts_as_silence_until_somebody_accepts_it() {
    let (tenant, log) = (tenant(), MemoryLog::new());
    let replica = Replica::start(&tenant, log.clone());
    let _route: axum::routing::MethodRouter = replica.revocations.webhook([KEY]);
    replica.revocations.ready().await.unwrap();
    let heard = |it: &Replica| it.revocations.health().silent_for_seconds.is_some();
    let mut wait = pin!(replica.until("heard", heard));
    timeout(SOON, wait.as_mut()).await.unwrap_err();
    replica.revocations.accept_empty_log();
    let advance = async {
        loop {
            tenant.advance(Duration::from_secs(1));
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    tokio::select! { () = wait => {} () = advance => {} }
}

/// The text of the error names possible causes of a silence. If the log is out of reach, the field `reason`
/// says so.
#[tokio::test]
async fn the_error_about_silence_has_a_reason_only_if_the_log_fails() {
    for cut in [true, false] {
        let (tenant, log) = (tenant(), MemoryLog::new());
        let receiver = Replica::receiver(&tenant, &log);
        receiver
            .until("heard", |it| {
                tenant.advance(Duration::from_millis(100));
                !it.revocations.health().degraded
            })
            .await;
        let events = Events::collect();
        match cut {
            true => log.cut(),
            false => log.freeze(),
        }
        let silent = RefCell::new(Vec::new());
        receiver
            .until("silent", |_| {
                tenant.advance(Duration::from_secs(1));
                let mut silent = silent.borrow_mut();
                silent.extend(events.take());
                silent.retain(|it| it.message.contains("nothing is heard"));
                !silent.is_empty()
            })
            .await;
        let silent = silent.take();
        let reason = silent[0].fields.get("reason");
        assert_eq!(reason.is_some(), cut, "{silent:?}");
        let names_the_log = reason.is_none_or(|it| it.starts_with("the log of revocations "));
        assert!(names_the_log, "{reason:?}");
    }
}

#[tokio::test]
async fn the_start_and_the_end_of_a_silence_are_logged_once_each() {
    let (tenant, log) = (tenant(), MemoryLog::new());
    let receiver = Replica::receiver(&tenant, &log);
    receiver
        .until("heard", |it| {
            tenant.advance(Duration::from_millis(100));
            !it.revocations.health().degraded
        })
        .await;
    let events = Events::collect();
    for _ in 0..2 {
        log.freeze();
        let errors = RefCell::new(0);
        let minutes = RefCell::new(0);
        receiver
            .until("five minutes of silence", |it| {
                tenant.advance(Duration::from_secs(1));
                let taken = events.take();
                let silences = taken
                    .iter()
                    .filter(|it| it.message.contains("nothing is heard"));
                *errors.borrow_mut() += silences.count();
                *minutes.borrow_mut() = it.revocations.health().silent_for_seconds.unwrap() / 60;
                *minutes.borrow() >= 5
            })
            .await;
        assert_eq!(errors.take(), 1);
        log.mend();
        let ends = RefCell::new(0);
        receiver
            .until("heard again", |it| {
                tenant.advance(Duration::from_millis(100));
                let taken = events.take();
                let heard = taken
                    .iter()
                    .filter(|it| it.message.contains("is heard again"));
                *ends.borrow_mut() += heard.count();
                !it.revocations.health().degraded && *ends.borrow() > 0
            })
            .await;
        assert_eq!(ends.take(), 1);
    }
}

#[test]
fn a_log_needs_a_runtime_and_the_limit_of_a_silence_is_at_least_15_seconds() {
    let builder = || Revocations::builder("https://t.logto.app").log(MemoryLog::new());
    let error = builder().start().unwrap_err();
    assert!(
        matches!(error, ConfigError::Setting { setting: "log", .. }),
        "{error}"
    );
    let short = Duration::from_secs(14);
    for silence in [Silence::RefuseOlderThan(short), Silence::Unavailable(short)] {
        let error = builder().when_silent(silence).start().unwrap_err();
        let setting = matches!(
            error,
            ConfigError::Setting {
                setting: "when_silent",
                ..
            }
        );
        assert!(setting, "{error}");
    }
}

/// Without a log, nobody notices a silence. The setting would have no effect.
#[test]
fn a_limit_of_a_silence_needs_a_log() {
    let limit = Duration::from_secs(60);
    for (silence, starts) in [
        (Silence::Serve, true),
        (Silence::RefuseOlderThan(limit), false),
        (Silence::Unavailable(limit), false),
    ] {
        let builder = Revocations::builder("https://t.logto.app").when_silent(silence);
        let error = builder.start().err().map(|error| error.to_string());
        assert_eq!(error.is_none(), starts, "{silence:?}: {error:?}");
        if let Some(error) = error {
            assert!(error.contains("when_silent is 60s: needs a log"), "{error}");
        }
    }
}
