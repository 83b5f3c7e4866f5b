//! Rejections in the code of an application, and organization ids from its storage.

use std::time::Duration;

use axum::{
    Json, Router,
    response::{IntoResponse, Response},
    routing::get as on_get,
};
use http::StatusCode;
use logto_runtime::{
    AuthInfo, Logto, LogtoBuilder, OrganizationId, Rejection, RejectionCode, require_scopes,
};

use crate::support::{Answer, INVALID_TOKEN, ask, tenant};

/// The error type of an application. An `Auth` error has the response of its rejection.
#[derive(Debug)]
enum AppError {
    Auth(Rejection),
    OutOfStock,
}

impl From<Rejection> for AppError {
    fn from(rejection: Rejection) -> Self {
        Self::Auth(rejection)
    }
}

impl IntoResponse for AppError {
    fn into_response(self) -> Response {
        match self {
            Self::Auth(rejection) => rejection.into_response(),
            Self::OutOfStock => StatusCode::CONFLICT.into_response(),
        }
    }
}

#[require_scopes("read:products")]
async fn forbidden(auth: AuthInfo) -> Result<(), AppError> {
    Err(Rejection::forbidden().for_caller(&auth))?;
    Err(AppError::OutOfStock)
}

#[require_scopes("read:products")]
async fn invalid(auth: AuthInfo) -> Result<(), AppError> {
    Err(Rejection::invalid_token().for_caller(&auth).into())
}

#[require_scopes("read:products")]
async fn unavailable(auth: AuthInfo) -> Result<(), AppError> {
    Err(Rejection::unavailable(Duration::from_millis(1_500))
        .for_caller(&auth)
        .into())
}

#[require_scopes("read:products")]
struct Read;

/// Returns a rejection of this crate if the token lacks the scope.
async fn checked(auth: AuthInfo) -> Result<(), AppError> {
    auth.check::<Read>().await?;
    Ok(())
}

fn app(builder: LogtoBuilder) -> Router {
    let logto: Logto = builder.build().unwrap();
    Router::new()
        .route("/forbidden", on_get(forbidden))
        .route("/invalid", on_get(invalid))
        .route("/unavailable", on_get(unavailable))
        .route("/checked", on_get(checked))
        .with_state(logto)
}

fn expected() -> [(&'static str, Answer); 4] {
    let unavailable = Answer::refused(503, "Authorization service unavailable", None);
    let scope = r#"Bearer error="insufficient_scope", scope="read:products""#;
    [
        (
            "/forbidden",
            Answer::refused(403, "Access denied", "Bearer"),
        ),
        (
            "/invalid",
            Answer::refused(401, "Invalid token", INVALID_TOKEN),
        ),
        (
            "/unavailable",
            Answer {
                retry_after: Some("2".to_owned()),
                ..unavailable
            },
        ),
        (
            "/checked",
            Answer::refused(403, "Insufficient scope", scope),
        ),
    ]
}

#[tokio::test]
async fn an_error_type_of_the_application_can_send_the_response_of_a_rejection() {
    let tenant = tenant();
    let app = app(tenant.logto());
    for (uri, expected) in expected() {
        let scopes: &[&str] = if uri == "/checked" {
            &[]
        } else {
            &["read:products"]
        };
        let token = tenant.token().scopes(scopes.iter().copied()).mint();
        assert_eq!(ask(&app, uri, &token).await, expected, "{uri}");
    }
}

#[tokio::test]
async fn on_rejection_renders_the_rejections_of_the_application() {
    let tenant = tenant();
    let app = app(tenant.logto().on_rejection(|rejection: &Rejection| {
        let title = rejection.message();
        (
            StatusCode::IM_A_TEAPOT,
            Json(serde_json::json!({ "title": title })),
        )
    }));
    for (uri, expected) in expected() {
        let scopes: &[&str] = if uri == "/checked" {
            &[]
        } else {
            &["read:products"]
        };
        let token = tenant.token().scopes(scopes.iter().copied()).mint();
        let body = expected.body.replace("error", "title");
        let expected = Answer { body, ..expected };
        assert_eq!(ask(&app, uri, &token).await, expected, "{uri}");
    }
}

#[tokio::test]
async fn debug_of_an_application_rejection_shows_its_code_and_not_the_caller() {
    let tenant = tenant();
    let logto = tenant.logto().build().unwrap();
    let auth = logto
        .verify(&tenant.token().user("alice").mint())
        .await
        .unwrap();
    for (rejection, status) in [
        (Rejection::forbidden().for_caller(&auth), 403),
        (Rejection::invalid_token().for_caller(&auth), 401),
        (
            Rejection::unavailable(Duration::ZERO).for_caller(&auth),
            503,
        ),
    ] {
        assert_eq!(rejection.code(), RejectionCode::Application);
        assert_eq!(rejection.status(), status);
        let shown = format!("{rejection:?}");
        assert!(shown.contains(r#"code: "application""#), "{shown}");
        assert!(!shown.contains("alice"), "{shown}");
    }
}

/// The log of the program needs the code. Clients must not learn it.
#[tokio::test]
async fn debug_of_a_rejection_shows_the_code_and_the_response_does_not() {
    let tenant = tenant();
    let logto = tenant.logto().build().unwrap();
    let token = tenant.token().user("alice").tampered().mint();
    let rejection = logto.verify(&token).await.unwrap_err();
    let shown = format!("{rejection:?}");
    assert!(shown.contains(r#"code: "bad_signature""#), "{shown}");
    assert!(!shown.contains(&token), "{shown}");
    assert_eq!(rejection.to_string(), "Invalid token");
    let answer = Answer::of_rejection(rejection).await;
    assert_eq!(answer, Answer::invalid_token());
}

#[test]
fn stored_organization_ids_with_different_texts_or_issuers_are_not_equal() {
    let id = OrganizationId::from_trusted_storage("acme");
    assert_eq!(id, "acme");
    assert_eq!(id.as_str(), "acme");
    assert_eq!(id.issuer(), None);
    assert_eq!(
        id,
        OrganizationId::from_trusted_storage(String::from("acme"))
    );
    assert_ne!(id, OrganizationId::from_trusted_storage("globex"));
    let of = OrganizationId::from_trusted_storage_of("https://old.example/oidc", "acme");
    assert_eq!(of.issuer(), Some("https://old.example/oidc"));
    assert_eq!(of, "acme");
    assert_ne!(of, id);
    assert_ne!(
        of,
        OrganizationId::from_trusted_storage_of("https://new.example/oidc", "acme")
    );
    assert_eq!(serde_json::to_value(&of).unwrap(), "acme");
}

/// In a service with one tenant, an organization id from storage equals the same id from a token.
#[tokio::test]
async fn an_organization_id_from_storage_equals_that_of_a_token() {
    let tenant = tenant();
    let logto = tenant.logto().build().unwrap();
    let token = tenant
        .token()
        .user("alice")
        .organization("acme")
        .scopes(["read:data"])
        .mint();
    let auth = logto.verify(&token).await.unwrap();
    let of_token = auth.check_in::<AnyMember>("acme").await.unwrap();
    assert_eq!(of_token, OrganizationId::from_trusted_storage("acme"));
}

#[logto_runtime::require_org_permission(any("read:data", "invite:member"))]
struct AnyMember;

/// Code that does not know the caller cannot call `for_caller`. Without a global `Logto`, as in these tests,
/// a rejection from such code has the body of this crate.
#[tokio::test]
async fn a_rejection_without_a_caller_has_the_body_of_this_crate() {
    let unavailable = Rejection::unavailable(Duration::from_millis(1_500));
    for (rejection, row) in [
        (Rejection::forbidden(), "/forbidden"),
        (Rejection::invalid_token(), "/invalid"),
        (unavailable, "/unavailable"),
    ] {
        let (_, expected) = (expected().into_iter())
            .find(|(uri, _)| *uri == row)
            .unwrap();
        assert_eq!(Answer::of_rejection(rejection).await, expected);
    }
}

#[tokio::test]
async fn for_caller_does_not_change_the_code_of_a_rejection_of_this_crate() {
    let tenant = tenant();
    let logto = tenant.logto().build().unwrap();
    let auth = logto.verify(&tenant.token().mint()).await.unwrap();
    let tampered = tenant.token().tampered().mint();
    let rejection = logto.verify(&tampered).await.unwrap_err();
    let code = rejection.code();
    assert_eq!(rejection.for_caller(&auth).code(), code);
}

/// The `Retry-After` header has the value of the method `retry_after`.
#[tokio::test]
async fn retry_after_is_rounded_up_to_whole_seconds_and_is_at_least_one() {
    for (wait, seconds) in [(0, 1), (1, 1), (999, 1), (1_000, 1), (1_001, 2), (2_000, 2)] {
        let rejection = Rejection::unavailable(Duration::from_millis(wait));
        assert_eq!(rejection.retry_after(), Some(Duration::from_secs(seconds)));
        let response = Response::from(rejection);
        assert_eq!(response.status(), 503, "{wait} ms");
        assert_eq!(response.headers()["retry-after"], seconds.to_string());
    }
}
