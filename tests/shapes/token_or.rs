//! Tests `TokenOr` on a route that accepts a token or an API key. A `Guard` cannot check the key.

use axum::{
    Router,
    extract::{FromRequestParts, OptionalFromRequestParts},
    http::{StatusCode, request::Parts},
    routing::get,
};
use logto_runtime::{Credential, Guard, Logto, TokenOr};

use super::large::{ReadModels, app, tenant};
use crate::support::{Answer, ask, get as request, send, with_token};

#[tokio::test]
async fn a_token_or_a_key_opens_the_route() {
    let tenant = tenant();
    let app = app(&tenant);
    let may = tenant.token().user("alice").scopes(["read:models"]).mint();
    let may_not = tenant.token().user("alice").mint();
    let key = |key: &'static [u8]| [("x-api-key", key)];
    let wrong_key = || Answer {
        status: 401,
        challenge: None,
        retry_after: None,
        cache_control: None,
        content_type: Some("text/plain; charset=utf-8".to_owned()),
        body: "API key not accepted".to_owned(),
    };
    let insufficient = || {
        let challenge = r#"Bearer error="insufficient_scope", scope="read:models""#;
        Answer::refused(403, "Insufficient scope", challenge)
    };
    assert_eq!(ask(&app, "/models", &may).await, Answer::ok("alice"));
    assert_eq!(ask(&app, "/models", &may_not).await, insufficient());
    let of = async |headers: &[(&str, &[u8])]| send(&app, request("/models", headers)).await;
    assert_eq!(of(&key(b"k1")).await, Answer::ok("acme"));
    assert_eq!(of(&key(b"wrong")).await, wrong_key());
    assert_eq!(of(&key(b"")).await, wrong_key());
    assert_eq!(
        of(&[("x-api-key", b"k1"), ("x-api-key", b"k1")]).await,
        wrong_key()
    );
    assert_eq!(of(&[]).await, Answer::missing("read:models"));
    // If the request has a key, only the key is checked.
    for (credential, token, expected) in [
        ("k1", &may_not, Answer::ok("acme")),
        ("wrong", &may, wrong_key()),
    ] {
        let mut both = with_token("/models", token);
        both.headers_mut()
            .insert("x-api-key", credential.parse().unwrap());
        assert_eq!(send(&app, both).await, expected, "{credential}");
    }
}

/// Only a handler can check a `Requirement::by_hand`. So a guard with this requirement accepts nobody, even
/// if the token meets another alternative.
#[tokio::test]
async fn a_guard_for_a_requirement_by_hand_answers_500_to_a_good_token() {
    use logto_runtime::{
        Policy,
        policy::{AnyOf, Requirement},
    };

    struct ByHand;
    impl Policy for ByHand {
        const REQUIREMENT: Requirement = Requirement::by_hand("API key");
    }
    async fn alone(_: Guard<ByHand>) {}
    async fn either(_: Guard<AnyOf<(ReadModels, ByHand)>>) {}

    let tenant = tenant();
    let app = Router::new()
        .route("/alone", get(alone))
        .route("/either", get(either))
        .with_state(tenant.logto().build().unwrap());
    let token = tenant.token().user("alice").scopes(["read:models"]).mint();
    for uri in ["/alone", "/either"] {
        assert_eq!(
            ask(&app, uri, &token).await,
            Answer::misconfigured(),
            "{uri}"
        );
        assert_eq!(send(&app, request(uri, &[])).await.status, 401, "{uri}");
    }
}

/// The state of the program can be the `Logto` itself.
#[tokio::test]
async fn token_or_works_for_a_state_that_is_the_logto() {
    struct Never;
    impl Credential for Never {
        const NAME: &'static str = "nothing";
    }
    impl OptionalFromRequestParts<Logto> for Never {
        type Rejection = StatusCode;

        async fn from_request_parts(_: &mut Parts, _: &Logto) -> Result<Option<Self>, StatusCode> {
            Ok(None)
        }
    }
    let tenant = tenant();
    let logto = tenant.logto().build().unwrap();
    let token = tenant.token().user("alice").scopes(["read:models"]).mint();
    let (mut parts, _) = with_token("/", &token).into_parts();
    let caller = TokenOr::<ReadModels, Never>::from_request_parts(&mut parts, &logto).await;
    assert!(matches!(caller, Ok(TokenOr::Token(guard)) if guard.subject() == "alice"));
}
