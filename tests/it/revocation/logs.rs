//! Several replicas that share one revocation log.

use std::time::{Duration, UNIX_EPOCH};

use axum::response::IntoResponse as _;
use http::StatusCode;
use logto_runtime::{
    RejectionCode, RevocationLog, RevocationsBuilder, RevokeError, Silence, test_util::MemoryLog,
};
use serde_json::json;
use tokio::time::timeout;
use tracing::Level;

use super::{
    deliver,
    replica::{MINUTE, Replica, SOON, code, tenant},
};
use crate::events::Events;

#[tokio::test]
async fn a_webhook_at_one_replica_makes_all_replicas_refuse_the_token_within_two_seconds() {
    let (tenant, log) = (tenant(), MemoryLog::new());
    let receiver = Replica::receiver(&tenant, &log);
    let others = [(); 2].map(|()| Replica::start(&tenant, log.clone()));
    let token = tenant.token().user("alice").mint();
    let mut callers = Vec::new();
    for replica in [&receiver].into_iter().chain(&others) {
        replica.revocations.ready().await.unwrap();
        callers.push(replica.verify(&token).await.unwrap());
    }
    let suspension = json!({
        "event": "User.SuspensionStatus.Updated", "params": { "userId": "alice" },
    });
    assert_eq!(deliver(&receiver.revocations, &suspension).await, 200);
    for caller in callers {
        timeout(SOON, caller.until_invalid()).await.unwrap();
    }
    for replica in [&receiver].into_iter().chain(&others) {
        let refused = code(replica.verify(&token).await);
        assert_eq!(refused, Some(RejectionCode::Revoked));
    }
}

/// An attacker who has seen a signed webhook delivery can send it again. The log must not grow then.
#[tokio::test]
async fn a_delivery_that_does_not_change_the_list_appends_no_records() {
    let (tenant, log) = (tenant(), MemoryLog::new());
    tenant.set_now(UNIX_EPOCH + Duration::from_secs(1_800_000_000));
    let receiver = Replica::receiver(&tenant, &log);
    receiver.revocations.ready().await.unwrap();
    let removal = |user: &str, created_at: &str| {
        json!({
            "event": "Organization.Membership.Updated", "createdAt": created_at,
            "organizationId": "acme", "removedUserIds": [user],
        })
    };
    let now = "2027-01-15T08:00:00.000Z";
    // A removal that changes the list appends two records: one for tokens of the organization, and one for
    // tokens without an organization.
    for (user, created_at, records) in [
        ("alice", now, 2),
        ("alice", now, 2),
        ("alice", "1970-01-01T00:00:00.000Z", 2),
        ("bob", "1970-01-01T00:00:00.000Z", 4),
        ("bob", "1970-01-01T00:00:00.000Z", 4),
        ("bob", now, 6),
    ] {
        let event = removal(user, created_at);
        assert_eq!(deliver(&receiver.revocations, &event).await, 200);
        assert_eq!(log.records().len(), records, "{user} {created_at}");
    }
}

#[tokio::test]
async fn requests_are_answered_503_until_the_log_has_been_read_unless_the_list_starts_empty() {
    let (tenant, log) = (tenant(), MemoryLog::new());
    let first = Replica::start(&tenant, log.clone());
    first.revoke("alice").await.unwrap();
    let token = tenant.token().user("bob").mint();
    log.cut();
    let events = Events::collect();
    let replica = Replica::start(&tenant, log.clone());
    let warnings = || {
        let events = events.take().into_iter();
        let about = events.filter(|it| {
            it.message
                .contains("before the log of revocations has been read")
        });
        about.map(|it| it.level).collect::<Vec<_>>()
    };
    assert!(warnings().is_empty());
    let starts_empty = Replica::with(&tenant, log.clone(), RevocationsBuilder::start_empty);
    assert_eq!(warnings(), [Level::WARN]);
    let unavailable = (
        StatusCode::SERVICE_UNAVAILABLE,
        RejectionCode::RevocationsUnavailable,
    );
    for _ in 0..3 {
        assert_eq!(replica.verify(&token).await.unwrap_err(), unavailable);
        starts_empty.verify(&token).await.unwrap();
        tokio::task::yield_now().await;
    }
    let response = replica
        .logto
        .verify(&token)
        .await
        .unwrap_err()
        .into_response();
    assert_eq!(response.headers()["retry-after"], "1");
    let health = replica.logto.health();
    assert!(!health.ready, "{health:?}");
    log.mend();
    replica.revocations.ready().await.unwrap();
    replica.verify(&token).await.unwrap();
    assert!(replica.logto.health().ready);
    let revoked = tenant.token().user("alice").mint();
    let refused = code(replica.verify(&revoked).await);
    assert_eq!(refused, Some(RejectionCode::Revoked));
}

/// A list of revocations that starts empty does not wait for the log. But in two of the three `Silence`
/// modes, it waits for a first beat. A beat is a sign of life of a process that receives webhooks.
#[tokio::test]
async fn a_list_that_starts_empty_is_ready_before_a_first_beat_only_with_silence_serve() {
    for (mode, serves) in [
        (Silence::Serve, true),
        (Silence::RefuseOlderThan(MINUTE), false),
        (Silence::Unavailable(MINUTE), false),
    ] {
        let (tenant, log) = (tenant(), MemoryLog::new());
        log.cut();
        let replica = Replica::with(&tenant, log, |it| it.start_empty().when_silent(mode));
        let token = tenant.token().user("alice");
        let old = token.issued_at(tenant.now() - 2 * MINUTE).mint();
        assert_eq!(replica.verify(&old).await.is_ok(), serves, "{mode:?}");
        assert_eq!(replica.revocations.health().ready, serves, "{mode:?}");
    }
}

#[tokio::test]
async fn a_revocation_that_cannot_be_appended_applies_here_and_is_appended_later() {
    let (tenant, log) = (tenant(), MemoryLog::new());
    let receiver = Replica::receiver(&tenant, &log);
    let other = Replica::start(&tenant, log.clone());
    let token = |user: &str| tenant.token().user(user).mint();
    for replica in [&receiver, &other] {
        replica.revocations.ready().await.unwrap();
    }
    let caller = other.verify(&token("alice")).await.unwrap();
    log.cut();
    let error = receiver.revoke("alice").await.unwrap_err();
    assert!(matches!(error, RevokeError::NotLogged(_)), "{error}");
    let deletion = json!({ "event": "User.Deleted", "params": { "userId": "bob" } });
    assert_eq!(deliver(&receiver.revocations, &deletion).await, 503);
    for user in ["alice", "bob"] {
        let refused = code(receiver.verify(&token(user)).await);
        assert_eq!(refused, Some(RejectionCode::Revoked), "{user}");
    }
    let health = receiver.revocations.health();
    assert_eq!((health.pending, health.degraded), (2, true), "{health:?}");
    receiver.revocations.flush().await.unwrap_err();
    log.mend();
    // A program calls `flush` before it ends.
    receiver.revocations.flush().await.unwrap();
    assert_eq!(log.records().len(), 2);
    timeout(2 * SOON, caller.until_invalid()).await.unwrap();
    assert_eq!(receiver.revocations.health().pending, 0);
    let refused = code(other.verify(&token("bob")).await);
    assert_eq!(refused, Some(RejectionCode::Revoked));
}

/// The runtime of the test has one thread. After the revocation, nothing lets the background task of the replica
/// run until the request waits. So the task reads the revocation only then.
#[tokio::test]
async fn the_first_request_after_a_pause_waits_until_the_log_was_read() {
    let (tenant, log) = (tenant(), MemoryLog::new());
    let replica = Replica::start(&tenant, log.clone());
    replica.revocations.ready().await.unwrap();
    let token = tenant.token().user("alice").mint();
    replica.verify(&token).await.unwrap();
    let other = Replica::with(&tenant, log.clone(), RevocationsBuilder::start_empty);
    other.revoke("alice").await.unwrap();
    tenant.advance(Duration::from_secs(600));
    let refused = code(replica.verify(&token).await);
    assert_eq!(refused, Some(RejectionCode::Revoked));
}

#[tokio::test]
async fn records_that_this_version_cannot_read_are_skipped_and_counted() {
    let (tenant, log) = (tenant(), MemoryLog::new());
    let later = [
        r#"{"v":2,"kind":"subject","id":"alice","not_before":9999999999}"#.to_owned(),
        r#"{"v":1,"kind":"planet","id":"alice","not_before":9999999999}"#.to_owned(),
        "garbage".to_owned(),
    ];
    log.append(&later).await.unwrap();
    let replica = Replica::start(&tenant, log.clone());
    replica.revocations.ready().await.unwrap();
    let health = replica.revocations.health();
    assert_eq!(
        (health.skipped, health.entries, health.degraded),
        (3, 0, true)
    );
    replica
        .verify(&tenant.token().user("alice").mint())
        .await
        .unwrap();
}

#[test]
fn the_wait_of_until_invalid_ends_when_the_runtime_that_reads_the_log_ends() {
    let (tenant, log) = (tenant(), MemoryLog::new());
    let mut reading = tokio::runtime::Builder::new_multi_thread();
    let reading = reading.worker_threads(1).enable_all().build().unwrap();
    let serving = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let replica = {
        let _entered = reading.enter();
        Replica::start(&tenant, log)
    };
    let token = tenant.token().user("alice").mint();
    let caller = serving.block_on(async {
        replica.revocations.ready().await.unwrap();
        replica.verify(&token).await.unwrap()
    });
    reading.shutdown_background();
    serving.block_on(async { timeout(SOON, caller.until_invalid()).await.unwrap() });
}
