//! Guards below `#[utoipa::path(…)]`, where an attribute expands too late to be described.

use axum::{Router, routing::get};
use logto_runtime::{Logto, require_any, require_auth, require_scopes, require_scopes as only};
use utoipa::OpenApi;

use super::{builder, described, refusal, tenant};

#[require_scopes("read:a")]
struct ReadA;

#[require_scopes("read:b")]
struct ReadB;

#[require_auth]
#[utoipa::path(get, path = "/renamed", responses((status = 200, description = "done")))]
#[only("admin")]
async fn renamed() {}

#[require_any(ReadA, ReadB)]
#[require_auth]
#[utoipa::path(get, path = "/any", responses((status = 200, description = "done")))]
#[only("admin")]
async fn any() {}

/// Has the same outermost guard as `any`, and no other guard.
#[require_any(ReadA, ReadB)]
#[utoipa::path(get, path = "/complete", responses((status = 200, description = "done")))]
async fn complete() {}

#[derive(OpenApi)]
#[openapi(paths(renamed, any, complete))]
struct Refused;

#[test]
fn a_renamed_guard_below_utoipa_path_is_reported_for_its_operation() {
    let logto = builder(&tenant()).build().unwrap();
    let error = refusal::<Refused>(&logto);
    let problem = "a guard is below `#[utoipa::path(…)]`, where it expands too late to be \
                   described; write it above";
    assert_eq!(
        error,
        format!("can't describe the API: GET /any: {problem}; GET /renamed: {problem}")
    );
}

#[test]
fn handlers_with_the_same_name_are_not_mistaken_for_each_other() {
    #[require_auth]
    #[require_scopes("admin")]
    #[only("other")]
    async fn complete() {}

    #[derive(OpenApi)]
    #[openapi(paths(super::below::complete))]
    struct Complete;

    let document = described::<Complete>(builder(&tenant()));
    assert_eq!(
        document["paths"]["/complete"]["get"]["security"],
        serde_json::json!([{ "logto": ["read:a"] }, { "logto": ["read:b"] }])
    );
    let _: Router<Logto> = Router::new()
        .route("/inner", get(complete))
        .route("/renamed", get(renamed))
        .route("/any", get(any))
        .route("/complete", get(super::below::complete));
}
