//! Each refused request logs one event. An outage or an unusable key is logged once, not at each request.

use std::time::Duration;

use logto_runtime::{
    Algorithm,
    test_util::{Fault, SigningKey, TenantEndpoint},
};
use serde_json::{Value, json};
use tracing::Level;

use super::{DOWN, app, reader, status};
use crate::{
    events::{Event, Events},
    support::{NOW, PRODUCTS, at, tenant, with_resources_of_all_guards},
};

/// The words of a reason about [`DOWN`].
const ANSWERS: &str = "it answers 503 Service Unavailable";

fn event(level: Level, message: &str, fields: &[(&'static str, &str)]) -> Event {
    let text = |(name, value): &(&'static str, &str)| (*name, (*value).to_owned());
    Event {
        level,
        message: message.to_owned(),
        fields: fields.iter().map(text).collect(),
    }
}

#[tokio::test]
async fn the_event_of_a_refusal_has_exactly_these_fields() {
    let events = Events::collect();
    let tenant = tenant();
    let app = app(tenant.logto());
    let none = tenant.token().user("alice").scopes([""; 0]).mint();
    assert_eq!(status(&app, &none).await, 403);
    let page = "https://docs.rs/logto-runtime/0.1.0/logto_runtime/docs/troubleshooting/index.html";
    let expected = event(
        Level::DEBUG,
        "request refused",
        &[
            ("code", "no_scopes_granted"),
            ("reason", "the token lacks scopes that the route asks for"),
            ("status", "403"),
            ("requirement", r#"require_scopes("read:products")"#),
            ("route", "/products"),
            ("expected_audience", PRODUCTS),
            ("expected_issuer", &format!("{}/oidc", tenant.endpoint())),
            ("subject", "alice"),
            ("client_id", "test-app"),
            ("help", &format!("{page}#no_scopes_granted")),
        ],
    );
    assert_eq!(events.only(), expected);
}

#[tokio::test]
async fn a_granted_request_is_not_logged() {
    let events = Events::collect();
    let tenant = tenant();
    let app = app(tenant.logto());
    for _ in 0..2 {
        assert_eq!(status(&app, &reader(&tenant)).await, 200);
    }
    assert_eq!(events.take(), []);
}

#[tokio::test]
async fn a_kid_is_logged_escaped_and_truncated() {
    let events = Events::collect();
    let tenant = tenant();
    let app = app(tenant.logto());
    let forged = |kid: &str| tenant.token().header("kid", kid).mint();
    assert_eq!(status(&app, &forged("k1\nlevel=ERROR")).await, 401);
    assert_eq!(events.only().fields["kid"], "k1\\nlevel=ERROR");
    assert_eq!(status(&app, &forged(&"k".repeat(5_000))).await, 401);
    assert_eq!(events.only().fields["kid"], "k".repeat(64));
}

#[tokio::test]
async fn an_outage_and_its_end_are_logged_once_each() {
    let events = Events::collect();
    let tenant = tenant();
    let app = app(tenant.logto());
    let token = reader(&tenant);
    let ours = |events: &Events| {
        let mut logged = events.take();
        logged.retain(|event| event.message != "request refused");
        logged
    };
    tenant.fail(DOWN);
    for _ in 0..3 {
        assert_eq!(status(&app, &token).await, 503);
        tenant.advance(Duration::from_secs(120));
    }
    assert!(tenant.key_set_requests() > 1, "too few failed fetches");
    let logged = ours(&events);
    let [outage] = &logged[..] else {
        panic!("{logged:#?}");
    };
    assert_eq!(outage.level, Level::WARN);
    assert_eq!(
        outage.message,
        "can't fetch the key set; retrying with backoff"
    );
    let reason = &outage.fields["reason"];
    assert!(reason.contains("503"), "{reason}");
    // A port can contain the digits, too.
    assert!(reason.contains(ANSWERS), "{reason}");

    tenant.recover();
    let expected = event(Level::INFO, "the key set is fetched again", &[]);
    assert_eq!(status(&app, &token).await, 200);
    assert_eq!(ours(&events), [expected]);
    assert_eq!(status(&app, &token).await, 200);
    assert_eq!(ours(&events), []);
}

#[tokio::test]
async fn an_unusable_key_is_logged_once_while_it_stays_in_the_set() {
    let events = Events::collect();
    let tenant = tenant();
    let mut keys: Value = serde_json::from_str(&tenant.jwks_json()).unwrap();
    let foreign = json!({ "kty": "OKP", "crv": "X25519", "kid": "for\tencryption", "x": "AA" });
    keys["keys"].as_array_mut().unwrap().push(foreign);
    tenant.serve_keys(keys.to_string());
    let logto = with_resources_of_all_guards(tenant.logto())
        .build()
        .unwrap();
    logto.warm_up().await.unwrap();
    let logged = events.only_of("a key of the key set is not used");
    assert_eq!(logged.level, Level::WARN);
    assert_eq!(logged.fields["kid"], "for\\tencryption");
    assert_eq!(logged.fields.len(), 2, "kid and reason: {logged:?}");

    tenant.advance(Duration::from_secs(600));
    logto.warm_up().await.unwrap();
    assert_eq!(tenant.key_set_requests(), 2);
    assert_eq!(events.take(), []);
}

#[tokio::test]
async fn a_warm_up_that_cannot_read_discovery_logs_a_warning() {
    let events = Events::collect();
    let tenant = tenant();
    tenant.fault(TenantEndpoint::Discovery, Fault::Fail(DOWN));
    let logto = with_resources_of_all_guards(tenant.logto())
        .build()
        .unwrap();
    logto.warm_up().await.unwrap();
    let logged = events.only_of("not the discovery document");
    assert_eq!(logged.level, Level::WARN);
    assert!(logged.fields["reason"].contains("503"), "{logged:?}");
    assert!(logged.fields["reason"].contains(ANSWERS), "{logged:?}");
}

/// Tests the events of refused requests.
#[tokio::test]
async fn no_event_holds_a_token_or_a_claim_other_than_subject_and_client() {
    let events = Events::collect();
    let tenant = tenant();
    let app = app(tenant.logto().deny_if(|auth| auth.subject() == "mallory"));
    let foreign = SigningKey::generate(Algorithm::ES384);
    let secretive = || {
        tenant
            .token()
            .user("alice")
            .scopes(["read:secret"])
            .claim("email", "alice@secret.example")
            .claim("organization_id", "secret-organization")
            .claim("jti", "secret-jti")
    };
    for token in [
        secretive(),
        secretive().audience("https://secret.example"),
        secretive().issuer("https://secret.example/oidc"),
        secretive().issued_at(at(NOW - 7_200)),
        secretive().without_claim("iat"),
        secretive().header("typ", "secret"),
        secretive().header("alg", "secret"),
        secretive().user("mallory"),
        secretive().tampered(),
        secretive().signed_by(&foreign),
    ] {
        let token = token.mint();
        assert!(matches!(status(&app, &token).await, 401 | 403));
        let logged = format!("{:?}", events.only());
        assert!(!logged.contains("secret"), "{logged}");
        for part in token.split('.') {
            assert!(!logged.contains(part), "{logged}");
        }
    }
}
