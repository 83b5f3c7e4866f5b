//! Answers while the key set cannot be fetched from Logto.

use std::time::Duration;

use axum::http::StatusCode;

use super::{app, expect, expect_token, not_bearer, tenant, unavailable};
use crate::support::{Answer, ORG};

#[tokio::test]
async fn without_keys_every_token_that_needs_a_key_gets_503() {
    let tenant = tenant();
    tenant.fail(StatusCode::INTERNAL_SERVER_ERROR);
    let app = app(tenant.logto().deny_if(|_| true));
    let bearer = format!("Bearer {}", tenant.token().mint());
    let twice = [bearer.as_bytes(), bearer.as_bytes()];
    let invalid_request = r#"Bearer error="invalid_request""#;
    let refused = Answer::refused(400, "Multiple Authorization headers", invalid_request);
    expect(&app, "/any", &twice, &refused).await;
    expect(&app, "/any", &[b"Basic dTpw"], &not_bearer()).await;
    let token = || tenant.token();
    expect_token(&app, "/any", token().opaque(), &Answer::invalid_token()).await;
    expect_token(&app, "/any", token().claim("exp", 1), &Answer::expired()).await;
    assert_eq!(tenant.key_set_requests(), 0, "no request needed a key yet");
    for (uri, token) in [
        ("/any", token()),
        ("/any", token().tampered()),
        ("/any", token().header("kid", "unknown")),
        ("/any", token().resource(ORG)),
        ("/unnamed", token()),
    ] {
        expect_token(&app, uri, token, &unavailable("1")).await;
    }
    assert_eq!(tenant.key_set_requests(), 1, "only the first one fetches");
}

#[tokio::test]
async fn a_request_whose_key_refresh_failed_gets_503() {
    let tenant = tenant();
    let app = app(tenant.logto());
    expect_token(&app, "/any", tenant.token(), &Answer::ok("admitted")).await;
    tenant.fail(StatusCode::BAD_GATEWAY);
    let unknown = || tenant.token().header("kid", "unknown");
    expect_token(&app, "/any", unknown(), &unavailable("1")).await;
    expect_token(&app, "/any", tenant.token(), &Answer::ok("admitted")).await;
    tenant.recover();
    tenant.advance(Duration::from_secs(1));
    expect_token(&app, "/any", unknown(), &Answer::invalid_token()).await;
}
