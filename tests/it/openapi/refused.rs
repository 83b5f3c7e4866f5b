//! OpenAPI documents with operations whose security cannot be determined.

use axum::routing::get;
use logto_runtime::{
    Guard, Logto, Policy,
    policy::{Requirement, ScopeExpr},
    require_any, require_auth, require_scopes,
};
use utoipa::{OpenApi, openapi::security::SecurityRequirement};

use super::{builder, refusal, tenant};

#[utoipa::path(get, path = "/unguarded", responses((status = 200, description = "done")))]
async fn unguarded() {}

#[utoipa::path(get, path = "/above", responses((status = 200, description = "done")))]
#[require_auth]
async fn above() {}

#[require_scopes("read:a", resource = "unnamed")]
#[utoipa::path(get, path = "/unnamed", responses((status = 200, description = "done")))]
async fn unnamed() {}

#[require_scopes(
    any("a", "b", "c", "d", "e"),
    any("f", "g", "h", "i", "j"),
    any("k", "l", "m")
)]
#[utoipa::path(get, path = "/explodes", responses((status = 200, description = "done")))]
async fn explodes() {}

#[require_scopes(any("a", "b", "c", "d", "e", "f", "g", "h", "i"))]
#[require_scopes(any("j", "k", "l", "m", "n", "o", "p", "q"))]
#[utoipa::path(get, path = "/stacked", responses((status = 200, description = "done")))]
async fn stacked() {}

struct Never;

impl Policy for Never {
    const REQUIREMENT: Requirement = Requirement::scopes(ScopeExpr::Any(&[]));
}

struct NeverEither;

impl Policy for NeverEither {
    const REQUIREMENT: Requirement = Requirement::scopes(ScopeExpr::All(&[]));
}

#[require_any(Never, NeverEither)]
#[utoipa::path(get, path = "/never", responses((status = 200, description = "done")))]
async fn never() {}

#[utoipa::path(
    get,
    path = "/foreign",
    extensions(("x-logto-guard-0" = json!("later"))),
    responses((status = 200, description = "done"))
)]
async fn foreign(_: Guard<Never>) {}

#[derive(OpenApi)]
#[openapi(paths(unguarded, above, unnamed, explodes, stacked, never, foreign))]
struct Refused;

#[test]
fn every_operation_whose_security_cannot_be_determined_is_named() {
    let logto = builder(&tenant()).build().unwrap();
    let error = refusal::<Refused>(&logto);

    let no_guard = "it does not say who may call it; write a guard or `#[public]` above \
                    `#[utoipa::path(…)]`, or `security(…)` in it";
    let unknown = "no resource has the name \"unnamed\": add `.named_resource(\"unnamed\", \
                   \"https://…\")`";
    let too_many = "there are more than 64 ways to meet its guards; write fewer alternatives";
    let expected = [
        ("/above", no_guard),
        ("/explodes", too_many),
        (
            "/foreign",
            "its extension x-logto-guard-0 was not written by this version of logto-runtime; \
             remove it, or use one version of logto-runtime",
        ),
        (
            "/never",
            "no token that Logto issues meets all its guards; change or remove one of them",
        ),
        ("/stacked", too_many),
        ("/unguarded", no_guard),
        ("/unnamed", unknown),
    ];
    let expected = expected.map(|(path, problem)| format!("GET {path}: {problem}"));
    assert_eq!(
        error,
        format!("can't describe the API: {}", expected.join("; "))
    );
}

#[test]
fn the_default_security_of_a_document_applies_to_operations_without_their_own() {
    #[derive(OpenApi)]
    #[openapi(paths(unguarded), security(("logto" = ["read:a"])))]
    struct Default;

    let logto = builder(&tenant()).build().unwrap();
    let mut document = Default::openapi();
    logto.describe_openapi(&mut document).unwrap();
    let document = serde_json::to_value(document).unwrap();
    super::assert_valid(&document);
    let scheme = &document["components"]["securitySchemes"]["logto"];
    assert!(scheme["flows"]["clientCredentials"]["scopes"]["read:a"].is_string());
}

#[test]
fn a_default_that_allows_everyone_does_not_apply_to_any_operation() {
    let logto = builder(&tenant()).build().unwrap();
    for security in [
        Vec::new(),
        vec![SecurityRequirement::default()],
        vec![
            SecurityRequirement::new("logto", ["read:a"]),
            SecurityRequirement::default(),
        ],
    ] {
        #[derive(OpenApi)]
        #[openapi(paths(unguarded))]
        struct Open;

        let mut document = Open::openapi();
        document.security = Some(security);
        let error = logto
            .describe_openapi(&mut document)
            .unwrap_err()
            .to_string();
        let problem = "can't describe the API: GET /unguarded: it does not say who may call it";
        assert!(error.starts_with(problem), "{error}");
    }
}

#[test]
fn refused_operations_can_still_be_routed() {
    let _: axum::Router<Logto> = axum::Router::new()
        .route("/unguarded", get(unguarded))
        .route("/above", get(above))
        .route("/unnamed", get(unnamed))
        .route("/explodes", get(explodes))
        .route("/stacked", get(stacked))
        .route("/never", get(never))
        .route("/foreign", get(foreign));
}
