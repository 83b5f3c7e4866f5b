//! `logto.health()`, for readiness probes.

use std::time::Duration;

use http::StatusCode;
use logto_runtime::{Health, Logto, test_util::TestTenant};
use serde_json::json;

use crate::support::{PRODUCTS, tenant, with_resources_of_all_guards};

const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// Returns `ready`, `keys`, `key_set_age_seconds`, and whether there is a `last_error`.
fn read(health: &Health) -> (bool, usize, Option<u64>, bool) {
    let Health { ready, keys, .. } = *health;
    let failed = health.last_error.is_some();
    (ready, keys, health.key_set_age_seconds, failed)
}

async fn verify(logto: &Logto, tenant: &TestTenant) {
    let token = tenant.token().user("alice").mint();
    logto.verify(&token).await.unwrap();
}

#[tokio::test]
async fn a_new_service_is_ready_and_a_probe_fetches_its_keys() {
    let tenant = tenant();
    tenant.stall();
    let logto = with_resources_of_all_guards(tenant.logto())
        .build()
        .unwrap();
    for _ in 0..3 {
        assert_eq!(read(&logto.health()), (true, 0, None, false));
    }
    tenant.key_set_requested(1).await;
    tenant.recover();
    logto.warm_up().await.unwrap();
    assert_eq!(read(&logto.health()), (true, 1, Some(0), false));
    assert_eq!(tenant.key_set_requests(), 1, "all calls share one fetch");
}

#[test]
fn a_probe_outside_a_runtime_does_not_fetch() {
    let tenant = tenant();
    let logto = with_resources_of_all_guards(tenant.logto())
        .build()
        .unwrap();
    assert_eq!(read(&logto.health()), (true, 0, None, false));
    assert_eq!(read(&logto.health()), (true, 0, None, false));
}

#[tokio::test]
async fn health_reports_the_keys_and_their_age_and_the_size_of_the_cache() {
    let tenant = tenant();
    let logto = with_resources_of_all_guards(tenant.logto())
        .build()
        .unwrap();
    logto.warm_up().await.unwrap();
    let health = logto.health();
    assert_eq!(read(&health), (true, 1, Some(0), false));
    assert_eq!((health.cached_tokens, health.cached_bytes), (0, 0));

    verify(&logto, &tenant).await;
    verify(&logto, &tenant).await;
    tenant.advance(Duration::from_millis(61_900));
    let health = logto.health();
    assert_eq!(read(&health), (true, 1, Some(61), false));
    assert_eq!(health.cached_tokens, 2);
    assert!((500..20_000).contains(&health.cached_bytes), "{health:?}");
}

#[tokio::test]
async fn a_service_without_keys_is_not_ready_in_an_outage() {
    let tenant = tenant();
    tenant.fail(StatusCode::BAD_GATEWAY);
    let logto = with_resources_of_all_guards(tenant.logto())
        .build()
        .unwrap();
    logto.warm_up().await.unwrap_err();
    let health = logto.health();
    assert_eq!(read(&health), (false, 0, None, true));
    let error = health.last_error.unwrap();
    assert!(error.contains("502"), "{error}");
    // A port can contain the digits, too.
    assert!(error.contains("it answers 502 Bad Gateway"), "{error}");

    tenant.recover();
    tenant.advance(Duration::from_secs(60));
    verify(&logto, &tenant).await;
    assert_eq!(read(&logto.health()), (true, 1, Some(0), false));
}

#[tokio::test]
async fn a_failed_fetch_is_reported_at_once_and_the_service_stays_ready_until_its_keys_are_too_old()
{
    let tenant = tenant();
    let logto = with_resources_of_all_guards(tenant.logto())
        .build()
        .unwrap();
    logto.warm_up().await.unwrap();
    tenant.fail(StatusCode::BAD_GATEWAY);
    tenant.advance(Duration::from_secs(3_600));
    verify(&logto, &tenant).await;
    assert_eq!(read(&logto.health()), (true, 1, Some(3_600), true));

    tenant.advance(DAY);
    let too_old = logto.health();
    assert_eq!(
        read(&too_old),
        (false, 1, Some(3_600 + DAY.as_secs()), true)
    );

    tenant.recover();
    verify(&logto, &tenant).await;
    assert_eq!(read(&logto.health()), (true, 1, Some(0), false));
}

#[tokio::test]
async fn an_idle_service_stays_ready_and_a_probe_refreshes_its_keys() {
    let tenant = tenant();
    let logto = with_resources_of_all_guards(tenant.logto())
        .build()
        .unwrap();
    logto.warm_up().await.unwrap();
    tenant.advance(2 * DAY);
    // Ready, because the next request can still fetch the keys.
    assert!(logto.health().ready);
    tenant.key_set_requested(2).await;
    // Joins the running fetch.
    logto.warm_up().await.unwrap();
    assert_eq!(read(&logto.health()), (true, 1, Some(0), false));
    assert_eq!(tenant.key_set_requests(), 2);
}

/// A load balancer sends no requests to a service that is not ready, so the probe must start the fetch.
#[tokio::test]
async fn probes_make_a_service_ready_again() {
    let tenant = tenant();
    tenant.fail(StatusCode::BAD_GATEWAY);
    let logto = with_resources_of_all_guards(tenant.logto())
        .build()
        .unwrap();
    logto.warm_up().await.unwrap_err();
    assert!(!logto.health().ready);
    tenant.recover();
    let before = tenant.key_set_requests();
    tenant.advance(Duration::from_secs(60));
    assert!(!logto.health().ready);
    tenant.key_set_requested(before + 1).await;
    // Joins the running fetch.
    logto.warm_up().await.unwrap();
    assert_eq!(tenant.key_set_requests(), before + 1);
    assert_eq!(read(&logto.health()), (true, 1, Some(0), false));
}

#[test]
fn a_service_with_a_fixed_key_set_is_always_ready_and_its_keys_stay_fresh() {
    let tenant = TestTenant::builder()
        .offline()
        .resource(PRODUCTS, [""; 0])
        .start();
    let logto = tenant.logto().token_cache_bytes(0).build().unwrap();
    tenant.advance(30 * DAY);
    let health = logto.health();
    assert_eq!(read(&health), (true, 1, Some(0), false));
    assert_eq!((health.cached_tokens, health.cached_bytes), (0, 0));
}

#[tokio::test]
async fn health_serialises_with_all_its_fields_but_without_an_empty_list_of_tenants() {
    let tenant = tenant();
    let logto = with_resources_of_all_guards(tenant.logto())
        .build()
        .unwrap();
    logto.warm_up().await.unwrap();
    let expected = json!({
        "ready": true,
        "keys": 1,
        "key_set_age_seconds": 0,
        "last_error": null,
        "cached_tokens": 0,
        "cached_bytes": 0,
        "revocations": null,
    });
    assert_eq!(serde_json::to_value(logto.health()).unwrap(), expected);
}
