//! Tests the OpenAPI documents of handlers with `#[require_any(P, credential = K)]`.

use logto_runtime::require_any;
use utoipa::OpenApi;

use super::credential::{ApiKey, ReadModels, tenant};

#[require_any(ReadModels, credential = ApiKey)]
#[utoipa::path(get, path = "/described", security(("api-key" = []), ("logto" = ["read:models"])),
    responses((status = 200)))]
#[allow(dead_code, reason = "only its description is read")]
async fn described() {}

#[require_any(ReadModels, credential = ApiKey)]
#[utoipa::path(get, path = "/undescribed", responses((status = 200)))]
#[allow(dead_code, reason = "only its description is read")]
async fn undescribed() {}

#[derive(OpenApi)]
#[openapi(paths(described))]
struct Described;

#[derive(OpenApi)]
#[openapi(paths(undescribed))]
struct Undescribed;

#[test]
fn an_operation_with_a_credential_must_name_its_security_schemes() {
    let logto = tenant().logto().build().unwrap();
    let mut document = Described::openapi();
    logto.describe_openapi(&mut document).unwrap();
    let document = serde_json::to_value(&document).unwrap();
    let operation = &document["paths"]["/described"]["get"];
    assert_eq!(
        operation["security"],
        serde_json::json!([{ "api-key": [] }, { "logto": ["read:models"] }])
    );
    assert_eq!(
        operation["responses"]["401"]["description"],
        "The credentials are missing, or are not valid: needs an access token that meets \
         `require_scopes(\"read:models\")`, or API key."
    );
    let mut document = Undescribed::openapi();
    let error = logto.describe_openapi(&mut document).unwrap_err();
    let error = error.to_string();
    assert!(
        error.contains("GET /undescribed: its handler checks"),
        "{error}"
    );
    assert!(
        error.contains("write `security(…)` in `#[utoipa::path(…)]`"),
        "{error}"
    );
}
