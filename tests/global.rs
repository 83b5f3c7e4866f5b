//! Guards of a router with the state `GlobalLogto` use the `Logto` that is installed for the whole process.
//!
//! A separate test binary with one test, because `install_global` works once per process.

#![cfg(test)]

#[path = "it/events.rs"]
#[allow(dead_code, reason = "the other test binary uses the rest")]
mod events;

use axum::{
    Router,
    body::Body,
    http::{Request, StatusCode},
    routing::get,
};
use http_body_util::BodyExt;
use logto_runtime::{AuthInfo, GlobalLogto, Guard, Logto, require_auth, test_util::TestTenant};
use tower::ServiceExt;
use tracing::Level;
use tracing_subscriber::{layer::SubscriberExt, util::SubscriberInitExt};

const PRODUCTS: &str = "https://api.example.com/products";

#[require_auth]
async fn by_attribute(auth: AuthInfo) -> String {
    auth.subject().to_owned()
}

#[require_auth]
struct Any;

async fn by_guard(guard: Guard<Any>) -> String {
    guard.subject().to_owned()
}

async fn alone(auth: AuthInfo) -> String {
    auth.subject().to_owned()
}

async fn ask(uri: &str, token: Option<&str>) -> (StatusCode, String) {
    let app: Router = Router::new()
        .route("/attribute", get(by_attribute))
        .route("/guard", get(by_guard))
        .route("/alone", get(alone))
        .with_state(GlobalLogto);
    let mut request = Request::get(uri);
    if let Some(token) = token {
        request = request.header("authorization", format!("Bearer {token}"));
    }
    let request = request.body(Body::empty()).unwrap();
    let response = app.oneshot(request).await.unwrap();
    let status = response.status();
    let body = response.into_body().collect().await.unwrap().to_bytes();
    (status, String::from_utf8(body.to_vec()).unwrap())
}

#[tokio::test]
async fn guards_with_the_global_state_answer_500_until_a_logto_is_installed() {
    let tenant = TestTenant::builder()
        .offline()
        .resource(PRODUCTS, [""; 0])
        .start();
    let token = tenant.token().user("alice").mint();
    tracing_subscriber::registry()
        .with(events::per_thread())
        .init();
    let events = events::Events::collect();

    assert!(Logto::global().is_none());
    let misconfigured = r#"{"error":"Authorization is misconfigured"}"#.to_owned();
    for uri in ["/attribute", "/guard", "/alone"] {
        for token in [None, Some("x"), Some(token.as_str())] {
            let answer = ask(uri, token).await;
            let expected = (StatusCode::INTERNAL_SERVER_ERROR, misconfigured.clone());
            assert_eq!(answer, expected, "{uri}");
        }
    }
    let logged = events.take();
    let asked: Vec<_> = logged
        .iter()
        .filter(|event| {
            event
                .fields
                .get("code")
                .is_some_and(|code| code == "misconfigured")
        })
        .map(|event| {
            ["route", "requirement"].map(|name| event.fields.get(name).map(String::as_str))
        })
        .collect();
    let by_attribute = [Some("/attribute"), Some("require_auth")];
    let by_guard = [Some("/guard"), Some("require_auth")];
    let by_argument = [Some("/alone"), None];
    assert_eq!(
        asked,
        [[by_attribute; 3], [by_guard; 3], [by_argument; 3]].concat()
    );
    let error = logged.iter().find(|event| event.level == Level::ERROR);
    let fields = &error.expect("an error in the log").fields;
    assert_eq!(fields["code"], "misconfigured");
    assert!(
        fields["reason"].contains("logto.install_global()"),
        "{fields:?}"
    );

    tenant.logto().build().unwrap().install_global().unwrap();
    assert!(Logto::global().is_some());
    for uri in ["/attribute", "/guard", "/alone"] {
        let accepted = (StatusCode::OK, "alice".to_owned());
        assert_eq!(ask(uri, Some(&token)).await, accepted, "{uri}");
        let missing = r#"{"error":"Authorization header is missing"}"#.to_owned();
        let refused = (StatusCode::UNAUTHORIZED, missing);
        assert_eq!(ask(uri, None).await, refused, "{uri}");
    }

    let other = TestTenant::builder()
        .offline()
        .resource(PRODUCTS, [""; 0])
        .start();
    let again = other.logto().build().unwrap().install_global();
    let error = again.unwrap_err().to_string();
    assert!(error.contains("call `install_global` once"), "{error}");
    assert_eq!(ask("/guard", Some(&token)).await.0, StatusCode::OK);
}
