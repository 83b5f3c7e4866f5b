//! A process that takes webhooks, but that Logto does not reach.

use std::time::Duration;

use axum::routing::MethodRouter;
use logto_runtime::{
    ConfigError, RevocationLog, Revocations, Silence,
    test_util::{MemoryLog, TestTenant},
};
use serde_json::json;
use tokio::time::timeout;
use tracing::Level;

use super::{
    KEY, deliver,
    replica::{MINUTE, Replica, SOON, tenant},
};
use crate::events::Events;

const HOUR: Duration = Duration::from_secs(3_600);

/// The test call of Logto, as recorded, made at a time.
fn test_call(at: &str) -> serde_json::Value {
    json!({
        "event": "User.SuspensionStatus.Updated", "hookId": "h", "createdAt": at,
        "userAgent": "fake-user-agent", "path": "/fake-path/:id", "method": "POST", "status": 200,
        "params": { "id": "fake-id" }, "data": { "result": "success" },
    })
}

/// Returns a time as Logto writes it.
fn iso(time: std::time::SystemTime) -> String {
    let time = time.duration_since(std::time::UNIX_EPOCH).unwrap();
    let (days, seconds) = (time.as_secs() / 86_400, time.as_secs() % 86_400);
    // The days are those from 2027-01-15 on.
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

/// Whether a beat that is due is written. Moves the clock by six seconds.
async fn beats(tenant: &TestTenant, log: &MemoryLog) -> bool {
    let before = beat(log).await;
    tenant.advance(Duration::from_secs(6));
    let beaten = async {
        while beat(log).await == before {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    timeout(SOON, beaten).await.is_ok()
}

/// Whoever cuts Logto off from the process that receives webhooks, and from the reconciler, stops the
/// test calls.
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
    // It counts from the start.
    assert!(beats(&tenant, &log).await && beats(&tenant, &log).await);
    assert_eq!(receiver.revocations.health().last_delivery_seconds, None);
    replica.revocations.ready().await.unwrap();
    tenant.advance(2 * HOUR);
    for _ in 0..3 {
        assert!(!beats(&tenant, &log).await);
    }
    assert_eq!(
        logged("no webhook of Logto has arrived in time", Level::ERROR),
        1
    );
    let token = tenant.token().user("alice").mint();
    tenant.advance(MINUTE);
    replica.verify(&token).await.unwrap_err();
    assert!(receiver.revocations.health().degraded);

    // An old delivery that somebody sends again says nothing, and one without a signature neither.
    let old = test_call(&iso(tenant.now() - 2 * HOUR - MINUTE));
    assert_eq!(deliver(&receiver.revocations, &old).await, 200);
    let timeless = json!({ "event": "User.Data.Updated" });
    assert_eq!(deliver(&receiver.revocations, &timeless).await, 200);
    assert!(!beats(&tenant, &log).await);
    assert_eq!(logged("has arrived again", Level::INFO), 0);

    let call = test_call(&iso(tenant.now() - MINUTE));
    assert_eq!(deliver(&receiver.revocations, &call).await, 200);
    assert!(beats(&tenant, &log).await);
    assert_eq!(logged("has arrived again", Level::INFO), 1);
    let health = receiver.revocations.health();
    assert_eq!(health.last_delivery_seconds, Some(66), "{health:?}");
    // Two hours after the call, it stops again.
    tenant.advance(2 * HOUR - MINUTE);
    assert!(!beats(&tenant, &log).await);
    assert_eq!(
        logged("no webhook of Logto has arrived in time", Level::ERROR),
        1
    );
}

#[tokio::test]
async fn without_the_setting_a_quiet_day_is_a_quiet_day() {
    let (tenant, log) = (tenant(), MemoryLog::new());
    let receiver = Replica::receiver(&tenant, &log);
    receiver.revocations.ready().await.unwrap();
    assert!(beats(&tenant, &log).await);
    tenant.advance(24 * HOUR);
    assert!(beats(&tenant, &log).await);
}

#[tokio::test]
async fn deliveries_can_be_expected_with_a_log_only_and_not_within_seconds() {
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
