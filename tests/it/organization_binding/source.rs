//! Guards with `org = path(…)`, `org = header(…)` or `org = token`.

use axum::{Router, http::Request, routing::get};
use http::header::AUTHORIZATION;
use logto_runtime::{Guard, OrganizationId, require_org_permission, require_org_scopes};

use super::{Tenant, at_path};
use crate::support::{Answer, INVALID_TOKEN, ask, send};

#[require_org_permission("invite:member", org = path("team"))]
struct InPath;

#[require_org_permission("invite:member", org = header("x-organization-id"))]
struct InHeader;

#[require_org_permission("invite:member", org = token)]
struct InToken;

#[require_org_permission("invite:member", org = path("team"))]
async fn in_path(organization: OrganizationId) -> String {
    organization.to_string()
}

#[require_org_scopes("read:data", resource = "https://api.example.com/org", org = path("team"))]
async fn in_path_of_an_api(organization: OrganizationId) -> String {
    organization.to_string()
}

#[require_org_permission("invite:member", org = header("X-Organization-Id"))]
async fn in_header(organization: OrganizationId) -> String {
    organization.to_string()
}

#[require_org_permission("invite:member", org = token)]
async fn in_token(organization: OrganizationId) -> String {
    organization.to_string()
}

async fn guarded<P: logto_runtime::Policy>(guard: Guard<P>) -> String {
    guard.organization().unwrap().to_string()
}

#[tokio::test]
async fn the_named_path_parameter_is_compared_at_any_depth() {
    let tenant = Tenant::start();
    let logto = tenant.logto.clone();
    for handler in [
        get(in_path),
        get(guarded::<InPath>),
        tenant.layered::<InPath>(),
    ] {
        let flat = at_path("/{team}/{member_id}")(handler.clone());
        let nested = Router::new().nest("/{team}", at_path("/{member_id}")(handler.clone()));
        let inner: Router = at_path("/{member_id}")(handler).with_state(logto.clone());
        let service = Router::new().nest_service("/{team}", inner);
        for app in [flat, nested, service] {
            let app = app.with_state(logto.clone());
            let token = tenant.organization_token("acme");
            for (uri, expected) in [
                ("/acme/1", Answer::ok("acme")),
                ("/acm%65/1", Answer::ok("acme")),
                ("/globex/acme", Answer::mismatch()),
                ("/acm%2565/acme", Answer::mismatch()),
                ("/%ff/acme", Answer::mismatch()),
            ] {
                assert_eq!(ask(&app, uri, &token).await, expected, "{uri}");
            }
        }
    }
}

#[tokio::test]
async fn two_path_parameters_of_the_given_name_must_both_name_the_organization() {
    let tenant = Tenant::start();
    let logto = tenant.logto.clone();
    for handler in [
        get(in_path),
        get(guarded::<InPath>),
        tenant.layered::<InPath>(),
    ] {
        let inner: Router = at_path("/{team}")(handler).with_state(logto.clone());
        let app: Router = Router::new().nest_service("/{team}", inner);
        let token = tenant.organization_token("acme");
        assert_eq!(ask(&app, "/acme/acme", &token).await, Answer::ok("acme"));
        for uri in ["/acme/globex", "/globex/acme", "/globex/globex"] {
            assert_eq!(ask(&app, uri, &token).await, Answer::mismatch(), "{uri}");
        }
    }
}

#[tokio::test]
async fn a_missing_path_parameter_is_a_misconfiguration_after_authentication() {
    let tenant = Tenant::start();
    let api = tenant.api_token("acme");
    let token = tenant.organization_token("acme");
    for (handler, token, scope) in [
        (get(in_path), &token, "invite:member"),
        (get(in_path_of_an_api), &api, "read:data"),
        (get(guarded::<InPath>), &token, "invite:member"),
        (tenant.layered::<InPath>(), &token, "invite:member"),
    ] {
        for (path, uri) in [
            ("/", "/"),
            ("/{id}", "/acme"),
            ("/{organization_id}", "/acme"),
            ("/{Team}", "/acme"),
        ] {
            let app = at_path(path)(handler.clone()).with_state(tenant.logto.clone());
            let anonymous = Request::get(uri).body(axum::body::Body::empty()).unwrap();
            let missing = Answer::missing(scope);
            assert_eq!(send(&app, anonymous).await, missing, "{path}");
            assert_eq!(
                ask(&app, uri, "x.y.z").await,
                Answer::invalid_token(),
                "{path}"
            );
            assert_eq!(
                ask(&app, uri, token).await,
                Answer::misconfigured(),
                "{path}"
            );
        }
    }
}

#[tokio::test]
async fn the_given_header_must_occur_exactly_once_and_name_the_organization() {
    let tenant = Tenant::start();
    let token = tenant.organization_token("acme");
    let name = "x-organization-id";
    for handler in [
        get(in_header),
        get(guarded::<InHeader>),
        tenant.layered::<InHeader>(),
    ] {
        let app = at_path("/members/{id}")(handler).with_state(tenant.logto.clone());
        for (values, expected) in [
            (&[&b"acme"[..]][..], Answer::ok("acme")),
            (&[b"globex"], Answer::mismatch()),
            (&[], Answer::mismatch()),
            (&[b""], Answer::mismatch()),
            (&[b"acme", b"acme"], Answer::mismatch()),
            (&[b"acme", b"globex"], Answer::mismatch()),
            (&[b"acme, acme"], Answer::mismatch()),
            (&[b"acm%65"], Answer::mismatch()),
            (&[b"ACME"], Answer::mismatch()),
            (&["acmé".as_bytes()], Answer::mismatch()),
            (&[b"acme\xff"], Answer::mismatch()),
            (&[b"acme\tglobex"], Answer::mismatch()),
        ] {
            let mut request = Request::get("/members/globex");
            for value in values {
                request = request.header(name, *value);
            }
            let request = request.header(AUTHORIZATION, format!("Bearer {token}"));
            let request = request.body(axum::body::Body::empty()).unwrap();
            assert_eq!(send(&app, request).await, expected, "{values:?}");
        }
    }
}

#[tokio::test]
async fn a_non_ascii_header_is_refused_even_if_the_token_names_the_same_organization() {
    let tenant = Tenant::start();
    let app = at_path("/")(get(in_header)).with_state(tenant.logto.clone());
    let request = Request::get("/")
        .header("x-organization-id", "acmé".as_bytes())
        .header(
            AUTHORIZATION,
            format!("Bearer {}", tenant.organization_token("acmé")),
        )
        .body(axum::body::Body::empty());
    assert_eq!(send(&app, request.unwrap()).await, Answer::mismatch());
}

#[tokio::test]
async fn a_guard_with_org_token_works_on_routes_that_name_no_organization() {
    let tenant = Tenant::start();
    let token = tenant.organization_token("acme");
    for handler in [
        get(in_token),
        get(guarded::<InToken>),
        tenant.layered::<InToken>(),
    ] {
        for (path, uri) in [
            ("/", "/"),
            ("/orders/{id}", "/orders/globex"),
            ("/{*path}", "/a/b"),
        ] {
            let app = at_path(path)(handler.clone()).with_state(tenant.logto.clone());
            assert_eq!(ask(&app, uri, &token).await, Answer::ok("acme"), "{path}");
        }
    }
}

/// Handlers read the organization from the path, from the guard, or from an `OrganizationId`. All three must
/// agree.
#[tokio::test]
async fn the_path_must_not_contradict_org_token_or_org_header() {
    let tenant = Tenant::start();
    let token = tenant.organization_token("acme");
    for handler in [
        get(guarded::<InToken>),
        get(guarded::<InHeader>),
        get(in_token),
        get(in_header),
        tenant.layered::<InToken>(),
        tenant.layered::<InHeader>(),
    ] {
        for (path, uri, expected) in [
            ("/{organization_id}", "/acme", Answer::ok("acme")),
            ("/{organization_id}", "/globex", Answer::mismatch()),
            ("/{organizationId}/x", "/globex/x", Answer::mismatch()),
            ("/{org_id}/{member}", "/globex/acme", Answer::mismatch()),
            ("/{orgId}", "/ACME", Answer::mismatch()),
            ("/{a}/{orgId}", "/acme/globex", Answer::mismatch()),
            ("/{orgId}", "/%ff", Answer::mismatch()),
            ("/{*org_id}", "/globex/x", Answer::mismatch()),
            // A parameter whose name is not recognised may name any organization, for another purpose.
            ("/{target_organization}", "/globex", Answer::ok("acme")),
        ] {
            let app = at_path(path)(handler.clone()).with_state(tenant.logto.clone());
            let request = Request::get(uri)
                .header("x-organization-id", "acme")
                .header(AUTHORIZATION, format!("Bearer {token}"));
            let request = request.body(axum::body::Body::empty()).unwrap();
            assert_eq!(send(&app, request).await, expected, "{path} {uri}");
        }
    }
}

#[tokio::test]
async fn an_organization_id_behind_org_token_agrees_with_the_path() {
    let tenant = Tenant::start();
    let token = tenant.organization_token("acme");
    let app = at_path("/{organization_id}")(get(in_token)).with_state(tenant.logto.clone());
    assert_eq!(ask(&app, "/acme", &token).await, Answer::ok("acme"));
    assert_eq!(ask(&app, "/globex", &token).await, Answer::mismatch());
}

#[tokio::test]
async fn behind_require_auth_an_organization_id_is_compared_with_the_path() {
    #[logto_runtime::require_auth]
    async fn any(organization: OrganizationId) -> String {
        organization.to_string()
    }
    let tenant = Tenant::start();
    let token = |organization| {
        let token = tenant.tenant.token().resource(crate::support::PRODUCTS);
        match organization {
            Some(organization) => token.organization(organization).mint(),
            None => token.mint(),
        }
    };
    let app = |path| at_path(path)(get(any)).with_state(tenant.logto.clone());
    let acme = token(Some("acme"));
    assert_eq!(
        ask(&app("/{id}"), "/acme", &acme).await,
        Answer::misconfigured()
    );
    assert_eq!(
        ask(&app("/{org_id}"), "/globex", &acme).await,
        Answer::mismatch()
    );
    assert_eq!(
        ask(&app("/{org_id}"), "/acme", &acme).await,
        Answer::ok("acme")
    );
    let missing = Answer::refused(401, "Organization context is missing", INVALID_TOKEN);
    assert_eq!(ask(&app("/{org_id}"), "/acme", &token(None)).await, missing);
}
