//! The argument `AuthInfo` of handlers without a guard: required, optional, and as a `Result`.

use axum::{Json, Router, routing::get as on_get};
use http::Request;
use logto_runtime::{AuthInfo, Rejection, test_util::TestTenant};
use serde_json::json;

use super::{alice, tenant};
use crate::support::{Answer, INVALID_TOKEN, NOW, ORG, PRODUCTS, ask, at, get, send};

async fn required(auth: AuthInfo) -> String {
    auth.subject().to_owned()
}

async fn optional(auth: Option<AuthInfo>) -> String {
    auth.map_or("nobody".to_owned(), |auth| auth.subject().to_owned())
}

async fn either(auth: Result<AuthInfo, Rejection>) -> String {
    match auth {
        Ok(auth) => auth.subject().to_owned(),
        Err(rejection) => rejection.to_string(),
    }
}

fn app(tenant: &TestTenant) -> Router {
    Router::new()
        .route("/required", on_get(required))
        .route("/optional", on_get(optional))
        .route("/either", on_get(either))
        .with_state(tenant.logto().build().unwrap())
}

#[tokio::test]
async fn without_a_guard_auth_info_accepts_any_configured_resource_and_any_organization() {
    let tenant = tenant();
    let app = app(&tenant);
    for token in [
        alice(&tenant),
        alice(&tenant).resource(ORG),
        alice(&tenant).resource(ORG).organization("acme"),
        tenant.token().user("alice").organization("acme"),
        alice(&tenant).audience(["https://elsewhere.example", ORG]),
    ] {
        let token = token.mint();
        for uri in ["/required", "/optional", "/either"] {
            assert_eq!(ask(&app, uri, &token).await, Answer::ok("alice"), "{uri}");
        }
    }
    let wrong = Answer::refused(401, "Invalid audience", INVALID_TOKEN);
    for audience in [
        "https://elsewhere.example",
        "https://default.logto.app/api",
        "urn:logto:resource:organizations",
        "https://api.example.com/products/",
    ] {
        let token = alice(&tenant).audience(audience).mint();
        for uri in ["/required", "/optional"] {
            assert_eq!(ask(&app, uri, &token).await, wrong, "{uri}: {audience}");
        }
    }
}

#[tokio::test]
async fn an_optional_caller_is_absent_only_without_a_header() {
    let tenant = tenant();
    let app = app(&tenant);
    let nobody = send(&app, get("/optional", &[])).await;
    assert_eq!(nobody, Answer::ok("nobody"));
    let good = alice(&tenant).mint();
    assert_eq!(ask(&app, "/optional", &good).await, Answer::ok("alice"));

    let expired = alice(&tenant).claim("exp", 1).mint();
    assert_eq!(ask(&app, "/optional", &expired).await, Answer::expired());
    let forged = alice(&tenant).tampered().mint();
    assert_eq!(
        ask(&app, "/optional", &forged).await,
        Answer::invalid_token()
    );

    let not_bearer = Answer::refused(
        401,
        "Authorization header must start with \"Bearer \"",
        "Bearer",
    );
    for value in [&b""[..], b"Bearer", b"Basic dTpw", b"\xff"] {
        let request = get("/optional", &[("authorization", value)]);
        assert_eq!(send(&app, request).await, not_bearer, "{value:?}");
    }
    let twice = Answer::refused(
        400,
        "Multiple Authorization headers",
        r#"Bearer error="invalid_request""#,
    );
    let value = format!("Bearer {good}");
    let header = ("authorization", value.as_bytes());
    let request = get("/optional", &[header, header]);
    assert_eq!(send(&app, request).await, twice);
}

#[tokio::test]
async fn a_handler_may_handle_the_rejection_itself() {
    let tenant = tenant();
    let app = app(&tenant);
    let answer = send(&app, get("/either", &[])).await;
    assert_eq!(answer, Answer::ok("Authorization header is missing"));
    let answer = ask(&app, "/either", "x").await;
    assert_eq!(answer, Answer::ok("Invalid token"));
}

#[tokio::test]
async fn auth_info_shows_the_claims_of_the_token() {
    let tenant = tenant();
    let logto = tenant.logto().build().unwrap();
    let token = tenant
        .token()
        .user("alice")
        .resource(ORG)
        .organization("acme")
        .scopes(["write:settings", "read:data"])
        .claim("jti", "token-1")
        .claim(
            "act",
            json!({"sub": "support-agent", "act": {"sub": "root"}}),
        );
    let auth = logto.verify(&token.mint()).await.unwrap();
    assert_eq!(auth.subject(), "alice");
    assert_eq!(auth.client_id(), "test-app");
    assert_eq!(auth.organization_id(), Some("acme"));
    assert_eq!(
        auth.scopes().collect::<Vec<_>>(),
        ["write:settings", "read:data"]
    );
    assert!(auth.has_scope("read:data"));
    for scope in [
        "read",
        "read:data ",
        "READ:DATA",
        "",
        "write:settings read:data",
    ] {
        assert!(!auth.has_scope(scope), "{scope:?}");
    }
    assert_eq!(auth.audience().collect::<Vec<_>>(), [ORG]);
    assert_eq!(auth.issuer(), tenant.issuer());
    assert_eq!(auth.issued_at(), at(NOW));
    assert_eq!(auth.expires_at(), at(NOW + 3_600));
    assert_eq!(auth.token_id(), "token-1");
    assert_eq!(auth.actor(), Some("support-agent"));
    assert!(!auth.is_machine());

    let auth = logto
        .verify(&tenant.token().client("robot").mint())
        .await
        .unwrap();
    assert!(auth.is_machine());
    assert_eq!((auth.subject(), auth.client_id()), ("robot", "robot"));
    assert_eq!((auth.organization_id(), auth.actor()), (None, None));
    assert_eq!(auth.scopes().len(), 0);
    let auth = logto
        .verify(&tenant.token().organization("globex").mint())
        .await
        .unwrap();
    assert_eq!(auth.organization_id(), Some("globex"));
}

#[tokio::test]
async fn auth_info_serialises_to_json_with_exactly_five_fields() {
    async fn me(auth: AuthInfo) -> Json<AuthInfo> {
        Json(auth)
    }
    let tenant = tenant();
    let logto = tenant.logto().build().unwrap();
    let app = Router::new().route("/", on_get(me)).with_state(logto);
    for (token, expected) in [
        (
            alice(&tenant).claim("email", "alice@example.com").claim("nbf", NOW),
            format!(
                r#"{{"sub":"alice","clientId":"test-app","organizationId":null,"scopes":["read:products"],"audience":["{PRODUCTS}"]}}"#
            ),
        ),
        (
            tenant.token().client("robot").organization("acme"),
            r#"{"sub":"robot","clientId":"robot","organizationId":"acme","scopes":[],"audience":["urn:logto:organization:acme"]}"#
                .to_owned(),
        ),
        (
            alice(&tenant).audience([ORG, PRODUCTS]).claim("organization_id", "a\"b"),
            format!(
                r#"{{"sub":"alice","clientId":"test-app","organizationId":"a\"b","scopes":["read:products"],"audience":["{ORG}","{PRODUCTS}"]}}"#
            ),
        ),
    ] {
        let request = Request::get("/").header("authorization", format!("bearer {}", token.mint()));
        let answer = send(&app, request.body(axum::body::Body::empty()).unwrap()).await;
        assert_eq!((answer.status, answer.body), (200, expected));
    }
}
