//! API keys of organizations and of users, on routes whose path names an organization or a user. The handlers
//! `models` and `profile` compare this name with the owner of the key.

use axum::{
    Router,
    extract::{OptionalFromRequestParts, Path},
    http::{StatusCode, request::Parts},
    routing::get,
};
use logto_runtime::{
    Credential, Logto, TokenOr,
    policy::AnyOf,
    require_any, require_auth, require_org_scopes, require_scopes,
    routes::Routes,
    test_util::{TestTenant, assert_guarded},
};

use crate::support::{Answer, PRODUCTS, ask, get as request, send};

/// A key. Its value is the name of its owner, such as `acme`. The value `wrong` is refused.
struct ApiKey {
    owner: String,
}

impl Credential for ApiKey {
    const NAME: &'static str = "API key";
}

impl OptionalFromRequestParts<Logto> for ApiKey {
    type Rejection = StatusCode;

    async fn from_request_parts(parts: &mut Parts, _: &Logto) -> Result<Option<Self>, StatusCode> {
        let Some(key) = parts.headers.get("x-api-key") else {
            return Ok(None);
        };
        let owner = key.to_str().map_err(|_| StatusCode::UNAUTHORIZED)?;
        match owner {
            "wrong" => Err(StatusCode::UNAUTHORIZED),
            _ => Ok(Some(Self {
                owner: owner.to_owned(),
            })),
        }
    }
}

#[require_org_scopes("read:models")]
struct OrgModels;

#[require_auth(subject = path("user_id"))]
struct Oneself;

#[require_scopes("read:models")]
struct Models;

#[require_scopes("admin", org = any)]
struct Admin;

#[require_org_scopes("read:models", org = path("team"))]
struct TeamModels;

/// Compares the owner of a key with the name in the path. No guard does this for the handler.
fn compare<P>(caller: TokenOr<P, ApiKey>, named: &str) -> Result<&'static str, StatusCode> {
    match caller {
        TokenOr::Token(_) => Ok("a token"),
        TokenOr::Credential(key) if key.owner == named => Ok("a key"),
        TokenOr::Credential(_) => Err(StatusCode::FORBIDDEN),
    }
}

async fn models(
    caller: TokenOr<OrgModels, ApiKey>,
    Path(organization): Path<String>,
) -> Result<&'static str, StatusCode> {
    compare(caller, &organization)
}

async fn profile(
    caller: TokenOr<Oneself, ApiKey>,
    Path(user): Path<String>,
) -> Result<&'static str, StatusCode> {
    compare(caller, &user)
}

async fn global(_: TokenOr<Models, ApiKey>) -> &'static str {
    "global"
}

async fn alternatives(_: TokenOr<AnyOf<(Models, Admin)>, ApiKey>) -> &'static str {
    "alternatives"
}

#[require_any(Models, credential = ApiKey)]
async fn attribute() -> &'static str {
    "attribute"
}

#[require_any(Admin, credential = ApiKey)]
async fn every_organization() -> &'static str {
    "every organization"
}

async fn org_models(_: TokenOr<OrgModels, ApiKey>) -> &'static str {
    "organization"
}

async fn team_models(_: TokenOr<TeamModels, ApiKey>) -> &'static str {
    "team"
}

async fn oneself(_: TokenOr<Oneself, ApiKey>) -> &'static str {
    "oneself"
}

async fn any_of_these(_: TokenOr<AnyOf<(TeamModels, Oneself)>, ApiKey>) -> &'static str {
    "any of these"
}

fn app(tenant: &TestTenant) -> Router {
    let routes = Routes::new()
        .get("/organizations/{organization_id}/models", models)
        .get("/users/{user_id}", profile)
        .get("/organizations/{organization_id}/global", global)
        .get("/alternatives/{orgId}", alternatives)
        .get("/attribute/{org_id}", attribute)
        .get("/every/{organizationId}", every_organization)
        .get("/models/{id}", global)
        .get("/named/{id}", attribute);
    assert_guarded(&routes);
    let logto = tenant.logto().build().unwrap();
    routes.into_router().with_state(logto)
}

fn tenant() -> TestTenant {
    TestTenant::builder()
        .offline()
        .resource(PRODUCTS, [""; 0])
        .organization("acme")
        .organization("globex")
        .start()
}

async fn with_key(app: &Router, uri: &str, key: &str) -> Answer {
    send(app, request(uri, &[("x-api-key", key.as_bytes())])).await
}

#[tokio::test]
async fn a_handler_compares_the_key_with_the_organization_and_the_user() {
    let tenant = tenant();
    let app = app(&tenant);
    let in_acme = tenant.token().user("alice").organization("acme");
    let in_acme = in_acme.resource(PRODUCTS).scopes(["read:models"]).mint();
    let alice = tenant.token().user("alice").mint();
    for (uri, key, token, by_token) in [
        ("/organizations/acme/models", 200, &in_acme, 200),
        ("/organizations/globex/models", 403, &in_acme, 403),
        ("/organizations/acme%20/models", 403, &in_acme, 403),
        ("/users/acme", 200, &alice, 403),
        ("/users/alice", 403, &alice, 200),
    ] {
        assert_eq!(with_key(&app, uri, "acme").await.status, key, "{uri}");
        assert_eq!(with_key(&app, uri, "wrong").await.status, 401, "{uri}");
        assert_eq!(ask(&app, uri, token).await.status, by_token, "{uri}");
    }
}

/// A global guard without `org = any` does not fit a path that names an organization. It answers 500 to good
/// keys and to good tokens.
#[tokio::test]
async fn a_key_does_not_open_a_global_guard_where_the_path_names_an_organization() {
    let tenant = tenant();
    let app = app(&tenant);
    let reader = tenant.token().user("alice").scopes(["read:models"]).mint();
    for (uri, expected) in [
        ("/organizations/acme/global", None),
        ("/alternatives/acme", None),
        ("/attribute/acme", None),
        ("/every/acme", Some("every organization")),
        ("/models/7", Some("global")),
        ("/named/7", Some("attribute")),
    ] {
        let answer = with_key(&app, uri, "acme").await;
        let expected_answer = expected.map_or_else(Answer::misconfigured, Answer::ok);
        assert_eq!(answer, expected_answer, "{uri}");
        assert_eq!(with_key(&app, uri, "wrong").await.status, 401, "{uri}");
        if expected.is_none() {
            assert_eq!(
                ask(&app, uri, &reader).await,
                Answer::misconfigured(),
                "{uri}"
            );
        }
    }
    // The organization in this path is not UTF-8.
    let answer = with_key(&app, "/attribute/%FF", "acme").await;
    assert_eq!(answer.status, 403);
}

/// Each guard in this test compares a parameter of the path. If the path has only other parameters, the guard
/// answers 500 to good keys and to good tokens. A path without parameters fits `OrgModels`: there is nothing
/// to compare.
#[tokio::test]
async fn a_key_does_not_open_a_guard_whose_path_parameter_is_missing() {
    let tenant = tenant();
    let routes = Router::new()
        .route("/projects/{project}/models", get(org_models))
        .route("/no-parameter/models", get(org_models))
        .route("/projects/{project}/team", get(team_models))
        .route("/teams/{team}/team", get(team_models))
        .route("/projects/{project}/profile", get(oneself))
        .route("/users/{user_id}/profile", get(oneself))
        .route("/projects/{project}/any", get(any_of_these))
        .route("/users/{user_id}/any", get(any_of_these));
    let app = routes.with_state(tenant.logto().build().unwrap());
    let in_acme = tenant.token().user("acme").organization("acme");
    let in_acme = in_acme.resource(PRODUCTS).scopes(["read:models"]).mint();
    for (uri, fits) in [
        ("/projects/acme/models", false),
        ("/no-parameter/models", true),
        ("/projects/acme/team", false),
        ("/teams/acme/team", true),
        ("/projects/acme/profile", false),
        ("/users/acme/profile", true),
        ("/projects/acme/any", false),
        ("/users/acme/any", true),
    ] {
        let status = if fits { 200 } else { 500 };
        assert_eq!(with_key(&app, uri, "acme").await.status, status, "{uri}");
        assert_eq!(with_key(&app, uri, "wrong").await.status, 401, "{uri}");
        assert_eq!(ask(&app, uri, &in_acme).await.status, status, "{uri}");
    }
}

/// In a fallback, a guard sees the parameter of the outer route. Without a matched route, it can't tell whether
/// it sees all parameters. So it answers 500 to good keys and to good tokens.
#[tokio::test]
async fn a_key_does_not_open_a_fallback_whose_guard_compares_a_path_parameter() {
    let tenant = tenant();
    let routes = Router::new()
        .nest(
            "/organizations/{organization_id}",
            Router::new().fallback(org_models),
        )
        .nest("/teams/{team}", Router::new().fallback(team_models))
        .nest("/users/{user_id}", Router::new().fallback(oneself))
        .nest("/any/{user_id}", Router::new().fallback(any_of_these));
    let app = routes.with_state(tenant.logto().build().unwrap());
    let in_acme = tenant.token().user("acme").organization("acme");
    let in_acme = in_acme.resource(PRODUCTS).scopes(["read:models"]).mint();
    for uri in [
        "/organizations/acme/x",
        "/teams/acme/x",
        "/users/acme/x",
        "/any/acme/x",
    ] {
        assert_eq!(
            with_key(&app, uri, "acme").await,
            Answer::misconfigured(),
            "{uri}"
        );
        assert_eq!(with_key(&app, uri, "wrong").await.status, 401, "{uri}");
        assert_eq!(
            ask(&app, uri, &in_acme).await,
            Answer::misconfigured(),
            "{uri}"
        );
    }
}

/// Without readable path parameters, a guard that compares one of them accepts neither tokens nor keys.
#[tokio::test]
async fn a_key_does_not_open_a_guard_that_compares_a_path_that_is_not_utf_8() {
    let tenant = tenant();
    let routes = Router::new()
        .route("/projects/{project}/models", get(org_models))
        .route("/organizations/{organization_id}/models", get(org_models))
        .route("/teams/{team}/team", get(team_models))
        .route("/users/{user_id}/profile", get(oneself))
        .nest(
            "/nested/{organization_id}",
            Router::new().fallback(org_models),
        );
    let app = routes.with_state(tenant.logto().build().unwrap());
    let in_acme = tenant.token().user("acme").organization("acme");
    let in_acme = in_acme.resource(PRODUCTS).scopes(["read:models"]).mint();
    for uri in [
        "/projects/%FF/models",
        "/organizations/%FF/models",
        "/teams/%FF/team",
        "/users/%FF/profile",
        "/nested/%FF/x",
    ] {
        assert_eq!(with_key(&app, uri, "acme").await.status, 403, "{uri}");
        assert_eq!(ask(&app, uri, &in_acme).await.status, 403, "{uri}");
    }
}
