//! OpenAPI documents of stacked guards. One token must meet all guards of a stack.

use axum::{Router, routing::get};
use logto_runtime::{
    Logto, require_any, require_auth, require_org_permission, require_org_scopes, require_scopes,
};
use serde_json::json;
use utoipa::OpenApi;

use super::{assert_enforced, assert_valid, builder, described, tenant};

#[require_scopes("admin", org = any)]
struct Admin;

#[require_org_permission("manage:billing", org = token)]
struct Billing;

#[require_auth]
#[require_org_scopes("read:data", org = token)]
#[utoipa::path(get, path = "/member", responses((status = 200, description = "done")))]
async fn member() {}

#[require_org_scopes("read:data", org = token)]
#[require_auth]
#[utoipa::path(get, path = "/member-first", responses((status = 200, description = "done")))]
async fn member_first() {}

#[require_scopes("read:a")]
#[require_auth]
#[utoipa::path(get, path = "/reader", responses((status = 200, description = "done")))]
async fn reader() {}

#[require_auth]
#[require_any(Admin, Billing)]
#[utoipa::path(get, path = "/one-of-two", responses((status = 200, description = "done")))]
async fn one_of_two() {}

#[require_scopes("read:a")]
#[require_org_scopes("read:data", org = token)]
#[utoipa::path(get, path = "/global-and-organization", responses((status = 200, description = "done")))]
async fn global_and_organization() {}

#[require_auth]
#[require_org_permission("read:data", org = token)]
#[utoipa::path(get, path = "/resource-and-organization", responses((status = 200, description = "done")))]
async fn resource_and_organization() {}

#[require_org_scopes("a", org = token)]
#[require_org_permission("a", org = token)]
#[utoipa::path(get, path = "/organization-and-its-resource", responses((status = 200, description = "done")))]
async fn organization_and_its_resource() {}

#[require_auth]
#[require_auth(resource = "org")]
#[utoipa::path(get, path = "/two-resources", responses((status = 200, description = "done")))]
async fn two_resources() {}

#[require_auth(subject = user)]
#[require_scopes("a", subject = machine)]
#[utoipa::path(get, path = "/user-and-machine", responses((status = 200, description = "done")))]
async fn user_and_machine() {}

#[require_any(Admin, Billing)]
#[require_org_scopes("a", org = token)]
#[utoipa::path(get, path = "/neither", responses((status = 200, description = "done")))]
async fn neither() {}

#[derive(OpenApi)]
#[openapi(paths(member, member_first, reader, one_of_two))]
struct Stacks;

#[derive(OpenApi)]
#[openapi(paths(
    global_and_organization,
    resource_and_organization,
    organization_and_its_resource,
    two_resources,
    user_and_machine,
    neither
))]
struct Impassable;

#[tokio::test]
async fn a_stack_requires_one_token_that_meets_all_its_guards() {
    let tenant = tenant();
    let document = described::<Stacks>(builder(&tenant));
    for (path, security) in [
        (
            "/member",
            json!([{ "logto-organization-api": ["read:data"] }]),
        ),
        (
            "/member-first",
            json!([{ "logto-organization-api": ["read:data"] }]),
        ),
        ("/reader", json!([{ "logto": ["read:a"] }])),
        ("/one-of-two", json!([{ "logto": ["admin"] }])),
    ] {
        assert_eq!(
            document["paths"][path]["get"]["security"], security,
            "{path}"
        );
    }
    assert_valid(&document);
    let app: Router = Router::new()
        .route("/member", get(member))
        .route("/member-first", get(member_first))
        .route("/reader", get(reader))
        .route("/one-of-two", get(one_of_two))
        .with_state(builder(&tenant).build().unwrap());
    assert_eq!(assert_enforced(&app, &document, &tenant).await, 4);
}

#[test]
fn schemes_of_impossible_alternatives_are_left_out() {
    let document = described::<Stacks>(builder(&tenant()));
    let schemes = document["components"]["securitySchemes"]
        .as_object()
        .unwrap();
    assert_eq!(
        Vec::from_iter(schemes.keys()),
        ["logto", "logto-organization-api"]
    );
}

#[test]
fn a_stack_that_no_token_meets_is_refused() {
    let logto = builder(&tenant()).build().unwrap();
    let error = logto
        .describe_openapi(&mut Impassable::openapi())
        .unwrap_err();
    let problem = "no token that Logto issues meets all its guards; change or remove one of them";
    let paths = [
        "/global-and-organization",
        "/neither",
        "/organization-and-its-resource",
        "/resource-and-organization",
        "/two-resources",
        "/user-and-machine",
    ];
    let expected = paths.map(|path| format!("GET {path}: {problem}"));
    assert_eq!(
        error.to_string(),
        format!("can't describe the API: {}", expected.join("; "))
    );
}

#[test]
fn stacks_that_no_token_meets_can_still_be_routed() {
    let _: Router<Logto> = Router::new()
        .route("/global-and-organization", get(global_and_organization))
        .route("/resource-and-organization", get(resource_and_organization))
        .route(
            "/organization-and-its-resource",
            get(organization_and_its_resource),
        )
        .route("/two-resources", get(two_resources))
        .route("/user-and-machine", get(user_and_machine))
        .route("/neither", get(neither));
}
