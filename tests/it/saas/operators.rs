//! The readiness and the metrics that the `saas` example shows to its operators.

use saas::PRODUCTS;
use serde_json::json;

use super::api::Api;

#[tokio::test]
async fn operators_see_whether_the_api_is_ready_and_what_its_guards_decided() {
    let api = Api::start().await;
    let read = [("resource", PRODUCTS), ("scope", "read:products")];
    let token = api.token("catalog-reader", &read).await;
    for _ in 0..2 {
        assert_eq!(api.get("/api/products", &token).await.0, 200);
    }
    assert_eq!(api.get("/api/products", "undefined").await.0, 401);

    let (status, health) = api.call("GET", "/healthz", None, None).await;
    assert_eq!((status, &health["ready"]), (200, &json!(true)), "{health}");
    assert_eq!(
        (&health["keys"], &health["cached_tokens"]),
        (&json!(1), &json!(1))
    );

    let (status, metrics) = api.call("GET", "/metrics", None, None).await;
    assert_eq!(status, 200);
    let metrics = metrics.as_str().unwrap();
    for line in [
        r#"logto_verdicts_total{outcome="granted"} 2"#,
        r#"logto_verdicts_total{outcome="placeholder_token"} 1"#,
        r#"logto_token_cache_lookups_total{result="hit"} 1"#,
        r#"logto_key_fetches_total{outcome="succeeded"} 1"#,
        "logto_key_set_age_seconds 0",
    ] {
        assert!(metrics.contains(line), "{line} is not in:\n{metrics}");
    }
}

#[tokio::test]
async fn without_keys_the_api_is_not_ready() {
    let api = Api::start().await;
    api.tenant.fail(reqwest::StatusCode::BAD_GATEWAY);
    let token = api.tenant.token().resource(PRODUCTS).mint();
    assert_eq!(api.get("/api/protected", &token).await.0, 503);
    let (status, health) = api.call("GET", "/healthz", None, None).await;
    assert_eq!((status, &health["ready"]), (503, &json!(false)), "{health}");
}
