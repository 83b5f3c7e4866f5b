//! A receiver is a process with a route for webhooks. It writes beats, its signs of life, to the revocation
//! log. With `expect_delivery_within`, a beat also says that webhooks arrive. So the beats stop if no webhook
//! of Logto arrives in time.

use std::time::Duration;

use axum::routing::MethodRouter;
use logto_runtime::{
    ConfigError, RejectionCode, RevocationLog, Revocations, Silence,
    test_util::{MemoryLog, TestTenant},
};
use serde_json::json;
use tokio::time::timeout;
use tracing::Level;

use super::{
    KEY, deliver,
    replica::{MINUTE, Replica, SOON, code, tenant},
};
use crate::events::Events;

const HOUR: Duration = Duration::from_secs(3_600);

/// Returns the body of Logto's test call, with this `createdAt`.
fn test_call(created_at: &str) -> serde_json::Value {
    json!({
        "event": "User.SuspensionStatus.Updated", "hookId": "h", "createdAt": created_at,
        "userAgent": "fake-user-agent", "path": "/fake-path/:id", "method": "POST", "status": 200,
        "params": { "id": "fake-id" }, "data": { "result": "success" },
    })
}

/// Returns a time as Logto writes it. Works from 2027-01-15 to the end of that month.
fn iso(time: std::time::SystemTime) -> String {
    let time = time.duration_since(std::time::UNIX_EPOCH).unwrap();
    let (days, seconds) = (time.as_secs() / 86_400, time.as_secs() % 86_400);
    // Day 20,833 of the Unix epoch is 2027-01-15.
    let day = 15 + (days - 20_833);
    let [hour, minute, second] = [seconds / 3_600, seconds / 60 % 60, seconds % 60];
    format!(
        "2027-01-{day:02}T{hour:02}:{minute:02}:{second:02}.{:03}Z",
        time.subsec_millis()
    )
}

async fn beat(log: &MemoryLog) -> Option<String> {
    log.head().await.unwrap().beat
}

/// Moves the clock by six seconds, so that a beat is due. Returns whether the beat is written.
async fn beats_in_six_seconds(tenant: &TestTenant, log: &MemoryLog) -> bool {
    let before = beat(log).await;
    tenant.advance(Duration::from_secs(6));
    let beaten = async {
        while beat(log).await == before {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    timeout(SOON, beaten).await.is_ok()
}

/// By default, a `Reconciler` makes Logto send a test call once an hour. An attacker who cuts Logto off from
/// the receiver also stops the test calls. Without them, the receiver must stop its beats.
#[tokio::test]
async fn a_receiver_that_logto_does_not_reach_stops_its_beat_and_says_why_once() {
    let (tenant, log) = (tenant(), MemoryLog::new());
    tenant.set_now(crate::support::at(crate::support::NOW));
    let receiver = Replica::with(&tenant, log.clone(), |it| {
        it.expect_delivery_within(2 * HOUR)
    });
    let _route: MethodRouter = receiver.revocations.webhook([KEY]);
    receiver.revocations.ready().await.unwrap();
    receiver.revocations.accept_empty_log();
    let replica = Replica::with(&tenant, log.clone(), |it| {
        it.when_silent(Silence::Unavailable(MINUTE))
    });
    let events = Events::collect();
    let logged = |part: &str, level| {
        let events = events.take().into_iter();
        let about = events.filter(|event| event.level == level && event.message.contains(part));
        about.count()
    };
    // Before the first webhook arrives, the two hours count from the call of `webhook`.
    assert!(beats_in_six_seconds(&tenant, &log).await);
    assert!(beats_in_six_seconds(&tenant, &log).await);
    assert_eq!(receiver.revocations.health().last_delivery_seconds, None);
    replica.revocations.ready().await.unwrap();
    tenant.advance(2 * HOUR);
    for _ in 0..3 {
        assert!(!beats_in_six_seconds(&tenant, &log).await);
    }
    assert_eq!(
        logged("no webhook of Logto has arrived in time", Level::ERROR),
        1
    );
    let token = tenant.token().user("alice").mint();
    tenant.advance(MINUTE);
    let refused = code(replica.verify(&token).await);
    assert_eq!(refused, Some(RejectionCode::RevocationsUnavailable));
    assert!(receiver.revocations.health().degraded);

    // An old webhook that is sent again does not count. A webhook without `createdAt` does not count either.
    let old = test_call(&iso(tenant.now() - 2 * HOUR - MINUTE));
    assert_eq!(deliver(&receiver.revocations, &old).await, 200);
    let timeless = json!({ "event": "User.Data.Updated" });
    assert_eq!(deliver(&receiver.revocations, &timeless).await, 200);
    assert!(!beats_in_six_seconds(&tenant, &log).await);
    assert_eq!(logged("has arrived again", Level::INFO), 0);

    let call = test_call(&iso(tenant.now() - MINUTE));
    assert_eq!(deliver(&receiver.revocations, &call).await, 200);
    assert!(beats_in_six_seconds(&tenant, &log).await);
    assert_eq!(logged("has arrived again", Level::INFO), 1);
    let health = receiver.revocations.health();
    assert_eq!(health.last_delivery_seconds, Some(66), "{health:?}");
    // Two hours after the test call, the beat stops again.
    tenant.advance(2 * HOUR - MINUTE);
    assert!(!beats_in_six_seconds(&tenant, &log).await);
    assert_eq!(
        logged("no webhook of Logto has arrived in time", Level::ERROR),
        1
    );
}

#[tokio::test]
async fn a_day_without_webhooks_does_not_stop_the_beat_by_default() {
    let (tenant, log) = (tenant(), MemoryLog::new());
    let receiver = Replica::receiver(&tenant, &log);
    receiver.revocations.ready().await.unwrap();
    assert!(beats_in_six_seconds(&tenant, &log).await);
    tenant.advance(24 * HOUR);
    assert!(beats_in_six_seconds(&tenant, &log).await);
}

#[tokio::test]
async fn the_setting_expect_delivery_within_needs_a_log_and_at_least_a_minute() {
    let builder = || Revocations::builder("https://t.logto.app");
    let log = || builder().log(MemoryLog::new());
    for (builder, fits) in [
        (log().expect_delivery_within(MINUTE), true),
        (
            log().expect_delivery_within(MINUTE - Duration::from_millis(1)),
            false,
        ),
        (builder().expect_delivery_within(HOUR), false),
    ] {
        let started = builder.start().map(drop);
        let refused = matches!(
            started,
            Err(ConfigError::Setting {
                setting: "expect_delivery_within",
                ..
            })
        );
        assert_eq!((started.is_ok(), refused), (fits, !fits), "{started:?}");
    }
}
