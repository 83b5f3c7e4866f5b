//! Guards without `org` compare the token's organization with the path parameters of the route.

use axum::Router;

use super::{Tenant, at_path};
use crate::support::{Answer, INVALID_TOKEN, PRODUCTS, ask};

#[tokio::test]
async fn the_organization_in_the_path_must_be_the_one_in_the_token() {
    let tenant = Tenant::start();
    for name in ["organization_id", "organizationId", "org_id", "orgId"] {
        let path = format!("/organizations/{{{name}}}/members");
        let place = at_path(&path);
        let uri = "/organizations/acme/members";
        tenant
            .expect(&place, uri, "acme", &Answer::ok("acme"))
            .await;
        for other in [
            "globex", "ACME", "acm", "acmee", "acme ", " acme", "acme\0", "acme/", "*",
        ] {
            tenant.expect(&place, uri, other, &Answer::mismatch()).await;
        }
    }
}

#[tokio::test]
async fn a_route_without_path_parameters_accepts_the_organization_of_the_token() {
    let tenant = Tenant::start();
    for (path, uri) in [
        ("/", "/"),
        ("/members", "/members"),
        ("/members", "/members?organization_id=globex"),
    ] {
        tenant
            .expect(at_path(path), uri, "acme", &Answer::ok("acme"))
            .await;
    }
    let nested =
        |handler| Router::new().nest("/a", Router::new().nest("/b", at_path("/c")(handler)));
    tenant
        .expect(nested, "/a/b/c", "acme", &Answer::ok("acme"))
        .await;
}

#[tokio::test]
async fn path_parameters_without_a_recognised_name_are_a_misconfiguration() {
    let tenant = Tenant::start();
    for (path, uri) in [
        ("/{id}", "/acme"),
        ("/{organization}", "/acme"),
        ("/{org}", "/acme"),
        ("/{organization_ID}", "/acme"),
        ("/{Organization_id}", "/acme"),
        ("/{organization-id}", "/acme"),
        ("/{tenant_id}/members/{member_id}", "/acme/members/1"),
        ("/{*path}", "/organizations/acme"),
    ] {
        tenant
            .expect(at_path(path), uri, "acme", &Answer::misconfigured())
            .await;
    }
    let nested = |handler| Router::new().nest("/{tenant_id}", at_path("/members")(handler));
    tenant
        .expect(nested, "/acme/members", "acme", &Answer::misconfigured())
        .await;
}

#[tokio::test]
async fn next_to_a_recognised_parameter_other_parameters_may_have_any_value() {
    let tenant = Tenant::start();
    let place = at_path("/{organization_id}/projects/{project_id}/files/{file_id}");
    for (uri, expected) in [
        ("/acme/projects/globex/files/b", Answer::ok("acme")),
        ("/globex/projects/acme/files/acme", Answer::mismatch()),
    ] {
        tenant.expect(&place, uri, "acme", &expected).await;
    }
}

#[tokio::test]
async fn recognised_parameters_are_compared_at_every_depth_of_nesting() {
    let tenant = Tenant::start();
    let deep = |handler| {
        let third = Router::new().route("/members/{member_id}", handler);
        let second = Router::new().nest("/projects/{project_id}", third);
        Router::new().nest("/organizations/{organization_id}", second)
    };
    let innermost = |handler| {
        let third = Router::new().route("/organizations/{orgId}", handler);
        let second = Router::new().nest("/{stage}", third);
        Router::new().nest("/{region}", second)
    };
    for (uri, organization, expected) in [
        (
            "/organizations/acme/projects/1/members/2",
            "acme",
            Answer::ok("acme"),
        ),
        (
            "/organizations/globex/projects/acme/members/acme",
            "acme",
            Answer::mismatch(),
        ),
    ] {
        tenant.expect(deep, uri, organization, &expected).await;
    }
    for (uri, expected) in [
        ("/eu/live/organizations/acme", Answer::ok("acme")),
        ("/acme/acme/organizations/globex", Answer::mismatch()),
    ] {
        tenant.expect(innermost, uri, "acme", &expected).await;
    }
}

#[tokio::test]
async fn recognised_parameters_are_compared_through_nested_services() {
    let tenant = Tenant::start();
    let logto = tenant.logto.clone();
    let place = |handler| {
        let inner: Router = at_path("/members")(handler).with_state(logto.clone());
        let middle: Router = Router::new().nest_service("/teams/{team}", inner);
        Router::new().nest_service("/organizations/{org_id}", middle)
    };
    for (uri, expected) in [
        (
            "/organizations/acme/teams/globex/members",
            Answer::ok("acme"),
        ),
        (
            "/organizations/globex/teams/acme/members",
            Answer::mismatch(),
        ),
    ] {
        tenant.expect(place, uri, "acme", &expected).await;
    }
    let inside = |handler| {
        let inner: Router = at_path("/{org_id}/members")(handler).with_state(logto.clone());
        Router::new().nest_service("/{region}", inner)
    };
    for (uri, expected) in [
        ("/eu/acme/members", Answer::ok("acme")),
        ("/acme/globex/members", Answer::mismatch()),
    ] {
        tenant.expect(inside, uri, "acme", &expected).await;
    }
}

#[tokio::test]
async fn all_recognised_parameters_must_name_the_organization_of_the_token() {
    let tenant = Tenant::start();
    let logto = tenant.logto.clone();
    let one_route = at_path("/{organization_id}/shared-with/{org_id}");
    let nested = |handler| {
        let inner = Router::new().route("/shared-with/{organization_id}", handler);
        Router::new().nest("/{organizationId}", inner)
    };
    // The same name at two depths: both values are compared.
    let same_name = |handler| {
        let inner: Router = at_path("/shared-with/{org_id}")(handler).with_state(logto.clone());
        Router::new().nest_service("/{org_id}", inner)
    };
    for (uri, expected) in [
        ("/acme/shared-with/acme", Answer::ok("acme")),
        ("/acme/shared-with/globex", Answer::mismatch()),
        ("/globex/shared-with/acme", Answer::mismatch()),
        ("/globex/shared-with/globex", Answer::mismatch()),
    ] {
        tenant.expect(&one_route, uri, "acme", &expected).await;
        tenant.expect(nested, uri, "acme", &expected).await;
        tenant.expect(same_name, uri, "acme", &expected).await;
    }
}

#[tokio::test]
async fn a_token_without_organization_is_refused_before_the_path_is_checked() {
    let tenant = Tenant::start();
    let token = tenant.tenant.token().resource(PRODUCTS).mint();
    let missing = Answer::refused(401, "Organization context is missing", INVALID_TOKEN);
    for (path, uri) in [
        ("/{organization_id}", "/acme"),
        ("/{id}", "/acme"),
        ("/", "/"),
    ] {
        for (way, handler, _) in tenant.ways("acme") {
            // This guard requires the resource `ORG`. It refuses the audience of this token, `PRODUCTS`.
            if way == "attribute on an API" {
                continue;
            }
            let app = at_path(path)(handler).with_state(tenant.logto.clone());
            assert_eq!(ask(&app, uri, &token).await, missing, "{way}: {path}");
        }
    }
}
