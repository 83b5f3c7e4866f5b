//! Tests the OpenAPI documents of handlers with `subject = …`, with `client = …` or with `#[guarded_by]`.

#![allow(dead_code, reason = "the handlers are described, and not called")]

use axum::http::StatusCode;
use logto_runtime::{guarded_by, require_any, require_auth, require_scopes, test_util::TestTenant};
use serde_json::{Value, json};
use utoipa::OpenApi;

use crate::support::PRODUCTS;

#[require_auth(subject = path("user_id"))]
#[utoipa::path(get, path = "/users/{user_id}", responses((status = 200)))]
async fn own() {}

#[require_auth(subject = path("user_id"))]
struct Own;

#[require_scopes("manage:users")]
struct ManageUsers;

#[require_any(Own, ManageUsers)]
#[utoipa::path(get, path = "/accounts/{user_id}", responses((status = 200)))]
async fn account() {}

#[require_auth(client = "my-spa")]
#[utoipa::path(get, path = "/settings", responses((status = 200)))]
async fn settings() {}

#[guarded_by("API key")]
#[utoipa::path(
    get, path = "/models", responses((status = 200), (status = 403, description = "own")),
    security(("api-key" = []))
)]
async fn models() -> StatusCode {
    StatusCode::FORBIDDEN
}

#[guarded_by("session")]
#[utoipa::path(get, path = "/dashboard", responses((status = 200)))]
async fn dashboard() {}

#[guarded_by("session")]
#[utoipa::path(get, path = "/open", responses((status = 200)), security(()))]
async fn looks_open() {}

#[require_scopes("read:documents")]
#[guarded_by("owner of the document")]
#[utoipa::path(get, path = "/documents", responses((status = 200)))]
async fn document() {}

#[derive(OpenApi)]
#[openapi(paths(own, account, settings, models, document))]
struct Described;

#[derive(OpenApi)]
#[openapi(paths(dashboard, looks_open))]
struct WithoutScheme;

#[derive(OpenApi)]
#[openapi(paths(dashboard), security(("session" = [])))]
struct WithDefault;

fn described(mut document: utoipa::openapi::OpenApi) -> Result<Value, String> {
    let tenant = TestTenant::builder()
        .offline()
        .resource(PRODUCTS, [""; 0])
        .start();
    let logto = tenant.logto().build().unwrap();
    let described = logto.describe_openapi(&mut document);
    described.map_err(|error| error.to_string())?;
    Ok(serde_json::to_value(&document).unwrap())
}

#[test]
fn a_document_shows_who_may_call_each_operation() {
    let document = described(Described::openapi()).unwrap();
    let operation = |path: &str| &document["paths"][path]["get"];
    for (path, security, forbidden) in [
        (
            "/users/{user_id}",
            json!([{ "logto": [] }]),
            r#"The access token does not meet `require_auth(subject = path("user_id"))`."#,
        ),
        (
            "/accounts/{user_id}",
            json!([{ "logto": [] }, { "logto": ["manage:users"] }]),
            r#"The access token does not meet `require_any(require_auth(subject = path("user_id")), require_scopes("manage:users"))`."#,
        ),
        (
            "/settings",
            json!([{ "logto": [] }]),
            r#"The access token does not meet `require_auth(client = "my-spa")`."#,
        ),
        ("/models", json!([{ "api-key": [] }]), "own"),
        (
            "/documents",
            json!([{ "logto": ["read:documents"] }]),
            r#"The access token does not meet `require_scopes("read:documents")`."#,
        ),
    ] {
        let operation = operation(path);
        assert_eq!(operation["security"], security, "{path}");
        let text = &operation["responses"]["403"]["description"];
        assert_eq!(text, forbidden, "{path}");
        assert_eq!(operation["x-logto-guard-0"], Value::Null, "{path}");
    }
    assert_eq!(
        operation("/models")["responses"]["401"]["description"],
        "The credentials are missing, or are not valid: needs API key."
    );
}

#[test]
fn an_operation_guarded_by_hand_never_looks_public() {
    let error = described(WithoutScheme::openapi()).unwrap_err();
    for path in ["GET /dashboard", "GET /open"] {
        let expected = format!(
            "{path}: its handler checks \"session\" by hand, which has no security scheme; write \
             `security(…)` in `#[utoipa::path(…)]`"
        );
        assert!(error.contains(&expected), "{error}");
    }
    let document = described(WithDefault::openapi()).unwrap();
    let operation = &document["paths"]["/dashboard"]["get"];
    assert_eq!(operation["security"], Value::Null);
    assert_eq!(
        operation["responses"]["403"]["description"],
        "The caller may not do this: needs session."
    );
}
