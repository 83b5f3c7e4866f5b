//! The endpoints of the test tenant for key set and discovery, and the faults that a test can set.

use http::StatusCode;
use logto_runtime::{
    Algorithm,
    test_util::{Fault, TenantEndpoint},
};
use serde_json::{Value, json};

use super::{get, header_value, http, tenant};

#[tokio::test]
async fn the_key_set_has_the_recorded_headers_and_answers_conditional_requests() {
    let tenant = tenant();
    let response = get(&tenant.jwks_uri()).await;
    assert_eq!(response.status(), StatusCode::OK);
    assert_eq!(
        header_value(&response, "content-type"),
        "application/jwk-set+json; charset=utf-8"
    );
    assert_eq!(
        header_value(&response, "cache-control"),
        "no-cache, max-age=0, must-revalidate"
    );
    let tag = header_value(&response, "etag");
    assert_eq!(response.text().await.unwrap(), tenant.jwks_json());

    let conditional = |tag: String| {
        http()
            .get(tenant.jwks_uri())
            .header("if-none-match", tag)
            .send()
    };
    for known in [
        tag.clone(),
        format!("W/{tag}"),
        format!("\"other\", {tag}"),
        "*".to_owned(),
    ] {
        let response = conditional(known).await.unwrap();
        assert_eq!(response.status(), StatusCode::NOT_MODIFIED);
        assert_eq!(header_value(&response, "etag"), tag);
        assert_eq!(
            header_value(&response, "cache-control"),
            "no-cache, max-age=0, must-revalidate"
        );
        assert_eq!(response.text().await.unwrap(), "");
    }
    assert_eq!(
        conditional("\"other\"".to_owned()).await.unwrap().status(),
        StatusCode::OK
    );
    tenant.rotate(Algorithm::ES384);
    assert_eq!(conditional(tag).await.unwrap().status(), StatusCode::OK);
    assert_eq!(tenant.key_set_requests(), 7);
}

#[tokio::test]
async fn discovery_is_the_recorded_document_with_the_host_of_the_request_in_jwks_uri() {
    let tenant = tenant();
    let url = format!(
        "{}/oidc/.well-known/openid-configuration",
        tenant.endpoint()
    );
    let recorded = include_str!("../../recorded/openid-configuration.json");
    let recorded = recorded.replace("http://127.0.0.1:3001", tenant.endpoint());
    let response = get(&url).await;
    assert_eq!(
        header_value(&response, "content-type"),
        "application/json; charset=utf-8"
    );
    assert_eq!(
        response.json::<Value>().await.unwrap(),
        serde_json::from_str::<Value>(&recorded).unwrap()
    );

    let elsewhere = http().get(&url).header("host", "other-host.example:8443");
    let body: Value = elsewhere.send().await.unwrap().json().await.unwrap();
    assert_eq!(body["issuer"], json!(tenant.issuer()));
    assert_eq!(
        body["jwks_uri"],
        json!("http://other-host.example:8443/oidc/jwks")
    );

    tenant.rotate(Algorithm::RS256);
    let body: Value = get(&url).await.json().await.unwrap();
    let algorithms = &body["id_token_signing_alg_values_supported"];
    assert_eq!(algorithms, &json!(["PS256", "RS256", "ES384"]));
    assert_eq!(tenant.discovery_requests(), 3);
}

#[tokio::test]
async fn faults_affect_only_their_endpoint_until_recovery() {
    let tenant = tenant();
    let discovery = format!(
        "{}/oidc/.well-known/openid-configuration",
        tenant.endpoint()
    );
    tenant.fault(
        TenantEndpoint::Discovery,
        Fault::Fail(StatusCode::BAD_GATEWAY),
    );
    assert_eq!(get(&discovery).await.status(), StatusCode::BAD_GATEWAY);
    assert_eq!(get(&tenant.jwks_uri()).await.status(), StatusCode::OK);

    tenant.fail(StatusCode::INTERNAL_SERVER_ERROR);
    assert_eq!(
        get(&tenant.jwks_uri()).await.status(),
        StatusCode::INTERNAL_SERVER_ERROR
    );
    tenant.redirect_to("https://elsewhere.example/jwks");
    let response = get(&tenant.jwks_uri()).await;
    assert_eq!(response.status(), StatusCode::FOUND);
    assert_eq!(
        header_value(&response, "location"),
        "https://elsewhere.example/jwks"
    );
    tenant.answer_with(StatusCode::OK, [("content-type", "text/html")], "<html>");
    let response = get(&tenant.jwks_uri()).await;
    assert_eq!(header_value(&response, "content-type"), "text/html");
    assert_eq!(response.text().await.unwrap(), "<html>");

    tenant.serve_keys("[]");
    tenant.recover();
    for url in [&discovery, &tenant.jwks_uri()] {
        assert_eq!(get(url).await.status(), StatusCode::OK);
    }
    assert_eq!(
        get(&tenant.jwks_uri()).await.text().await.unwrap(),
        tenant.jwks_json()
    );
}

#[tokio::test]
async fn stalled_requests_are_counted_and_answered_on_recovery() {
    let tenant = tenant();
    tenant.stall();
    let waiting = tokio::spawn({
        let url = tenant.jwks_uri();
        async move { get(&url).await.status() }
    });
    tenant.key_set_requested(1).await;
    assert_eq!(tenant.key_set_requests(), 1);
    assert!(!waiting.is_finished());
    tenant.recover();
    assert_eq!(waiting.await.unwrap(), StatusCode::OK);
}

#[tokio::test]
async fn an_answer_stalled_in_the_middle_has_a_head_and_does_not_end() {
    let tenant = tenant();
    tenant.fault(TenantEndpoint::KeySet, Fault::StallMidAnswer);
    let mut response = get(&tenant.jwks_uri()).await;
    assert_eq!(response.status(), StatusCode::OK);
    assert_eq!(response.chunk().await.unwrap().unwrap(), "{\"keys\":[");
    // If the answer were not stalled, it would end during this other request.
    let discovery = format!(
        "{}/oidc/.well-known/openid-configuration",
        tenant.endpoint()
    );
    tokio::select! {
        end = response.chunk() => panic!("the answer was not stalled: {end:?}"),
        meanwhile = get(&discovery) => assert_eq!(meanwhile.status(), StatusCode::OK),
    }
}
