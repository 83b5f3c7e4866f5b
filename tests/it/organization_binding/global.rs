//! A global guard, such as `require_scopes` without `org`, is a misconfiguration on a route whose path names
//! an organization.
//!
//! A client can omit `organization_id` from its token request. Logto then issues a token with the scopes of
//! all organizations of the user. A global guard would accept this token on the routes of each organization.

use axum::{
    Router,
    body::Body,
    routing::{MethodRouter, get, post},
};
use http::Request;
use logto_runtime::{
    AuthInfo, Guard, Logto, Policy, policy::AnyOf, require_any, require_auth, require_org_scopes,
    require_scopes,
};
use tower::{Layer, service_fn};

use super::{Tenant, at_path, unguarded, union_token};
use crate::support::{Answer, INSUFFICIENT_SCOPE, ORG, ask, send};

#[require_scopes("read:data", resource = "https://api.example.com/org")]
struct Global;

#[require_scopes("read:data", resource = "https://api.example.com/org", org = any)]
struct Anywhere;

#[require_scopes("admin", resource = "https://api.example.com/org", org = any)]
struct Admin;

#[require_org_scopes("read:data", resource = "https://api.example.com/org")]
struct Member;

#[require_auth(resource = "https://api.example.com/org")]
struct Anyone;

#[require_scopes("read:data", resource = "https://api.example.com/org")]
async fn global() -> &'static str {
    "in"
}

#[require_scopes("read:data", resource = "https://api.example.com/org", org = any)]
async fn anywhere() -> &'static str {
    "in"
}

#[require_any(Global, Anyone)]
async fn among_alternatives() -> &'static str {
    "in"
}

async fn by_guard<P: Policy>(_: Guard<P>) -> &'static str {
    "in"
}

async fn open() -> &'static str {
    "in"
}

fn layered<P: Policy>(tenant: &Tenant) -> MethodRouter<Logto> {
    get(open).route_layer(tenant.logto.require::<P>())
}

/// All ways to put a global guard on a handler.
fn global_ways(tenant: &Tenant) -> [(&'static str, MethodRouter<Logto>); 6] {
    [
        ("attribute", get(global)),
        ("alternatives", get(among_alternatives)),
        ("guard", get(by_guard::<Global>)),
        (
            "guard of alternatives",
            get(by_guard::<AnyOf<(Anyone, Global)>>),
        ),
        ("layer", layered::<Global>(tenant)),
        (
            "layer of alternatives",
            layered::<AnyOf<(Anyone, Global)>>(tenant),
        ),
    ]
}

#[tokio::test]
async fn a_global_guard_is_a_misconfiguration_where_the_path_names_an_organization() {
    let tenant = Tenant::start();
    let token = union_token(&tenant);
    for (way, handler) in global_ways(&tenant) {
        for (path, uri, expected) in [
            ("/o/{organization_id}", "/o/acme", Answer::misconfigured()),
            (
                "/o/{organizationId}/x",
                "/o/acme/x",
                Answer::misconfigured(),
            ),
            ("/o/{org_id}", "/o/acme", Answer::misconfigured()),
            ("/o/{member}/{orgId}", "/o/1/acme", Answer::misconfigured()),
            ("/o/{*org_id}", "/o/acme/x", Answer::misconfigured()),
            (
                "/{organization_id}/{*rest}",
                "/acme/x",
                Answer::misconfigured(),
            ),
            ("/plain", "/plain", Answer::ok("in")),
            ("/products/{id}", "/products/1", Answer::ok("in")),
            ("/{*rest}", "/o/acme", Answer::ok("in")),
            ("/{organization}", "/acme", Answer::ok("in")),
        ] {
            let app = at_path(path)(handler.clone()).with_state(tenant.logto.clone());
            assert_eq!(ask(&app, uri, &token).await, expected, "{way}: {path}");
        }
    }
}

#[tokio::test]
async fn a_global_guard_is_a_misconfiguration_at_every_depth_of_nesting_and_in_fallbacks() {
    let tenant = Tenant::start();
    let token = union_token(&tenant);
    for (way, handler) in global_ways(&tenant) {
        let inner = || at_path("/settings")(handler.clone());
        let service = || -> Router { inner().with_state(tenant.logto.clone()) };
        let twice: Router = Router::new().nest_service("/teams/{team}", service());
        let fallback = Router::new().fallback(get(by_guard::<Global>));
        let apps: [Router<Logto>; 5] = [
            Router::new().nest("/{org_id}", inner()),
            Router::new().nest("/{region}", Router::new().nest("/{orgId}", inner())),
            Router::new().nest_service("/{organization_id}", service()),
            Router::new().nest_service("/{organizationId}", twice),
            Router::new().nest("/o/{organization_id}", fallback),
        ];
        let uris = [
            "/acme/settings",
            "/eu/acme/settings",
            "/acme/settings",
            "/acme/teams/1/settings",
            "/o/acme/x",
        ];
        for (app, uri) in apps.into_iter().zip(uris) {
            let app = app.with_state(tenant.logto.clone());
            let answer = ask(&app, uri, &token).await;
            assert_eq!(answer, Answer::misconfigured(), "{way}: {uri}");
        }
    }
}

/// On every request, a guard checks the route before it uses a cached decision about the token.
#[tokio::test]
async fn a_token_accepted_on_another_route_is_not_accepted_where_an_organization_is_named() {
    let tenant = Tenant::start();
    let token = union_token(&tenant);
    for (way, handler) in global_ways(&tenant) {
        let app = Router::new()
            .route("/o/{organization_id}", handler.clone())
            .route("/plain", handler)
            .with_state(tenant.logto.clone());
        for _ in 0..2 {
            for (uri, expected) in [
                ("/o/acme", Answer::misconfigured()),
                ("/plain", Answer::ok("in")),
                ("/o/acme", Answer::misconfigured()),
            ] {
                assert_eq!(ask(&app, uri, &token).await, expected, "{way}: {uri}");
            }
        }
    }
}

#[tokio::test]
async fn a_misplaced_global_guard_is_reported_to_every_caller_with_a_verified_token() {
    let tenant = Tenant::start();
    let missing = Answer::missing("read:data");
    let poor = tenant.tenant.token().resource(ORG).mint();
    let foreign = tenant
        .tenant
        .token()
        .audience("https://other.example")
        .mint();
    for (way, handler) in global_ways(&tenant) {
        let app = at_path("/{org_id}")(handler).with_state(tenant.logto.clone());
        let anonymous = Request::get("/acme").body(Body::empty()).unwrap();
        let anonymous = send(&app, anonymous).await;
        assert_eq!(anonymous.status, missing.status, "{way}");
        assert_eq!(anonymous.body, missing.body, "{way}");
        let forged = ask(&app, "/acme", "x.y.z").await;
        assert_eq!(forged, Answer::invalid_token(), "{way}");
        for token in [&poor, &foreign, &tenant.api_token("acme")] {
            let answer = ask(&app, "/acme", token).await;
            assert_eq!(answer, Answer::misconfigured(), "{way}");
        }
    }
}

/// If a parameter is not UTF-8, the guard reads the names of the parameters from the matched route.
#[tokio::test]
async fn a_path_that_is_not_utf8_is_not_a_misconfiguration() {
    let tenant = Tenant::start();
    let token = union_token(&tenant);
    for (way, handler) in global_ways(&tenant) {
        for (path, uri, expected) in [
            ("/{organization_id}", "/%ff", Answer::mismatch()),
            ("/{*org_id}", "/%ff", Answer::mismatch()),
            ("/org-{org_id}", "/org-%ff", Answer::mismatch()),
            ("/{id}", "/%ff", Answer::ok("in")),
        ] {
            let app = at_path(path)(handler.clone()).with_state(tenant.logto.clone());
            let answer = ask(&app, uri, &token).await;
            assert_eq!(answer, expected, "{way}: {path}");
        }
    }
}

#[tokio::test]
async fn org_any_and_require_auth_are_allowed_where_the_path_names_an_organization() {
    let tenant = Tenant::start();
    let token = union_token(&tenant);
    let of_acme = tenant.api_token("acme");
    let not_accepted = Answer::refused(403, "Organization token not accepted", INSUFFICIENT_SCOPE);
    for (way, handler) in [
        ("attribute", get(anywhere)),
        ("guard", get(by_guard::<Anywhere>)),
        ("layer", layered::<Anywhere>(&tenant)),
    ] {
        for (path, uri) in [("/{org_id}", "/globex"), ("/plain", "/plain")] {
            let app = at_path(path)(handler.clone()).with_state(tenant.logto.clone());
            assert_eq!(ask(&app, uri, &token).await, Answer::ok("in"), "{way}");
            assert_eq!(ask(&app, uri, &of_acme).await, not_accepted, "{way}");
        }
    }
    let app = at_path("/{org_id}")(get(by_guard::<Anyone>)).with_state(tenant.logto.clone());
    for token in [&token, &of_acme] {
        assert_eq!(ask(&app, "/globex", token).await, Answer::ok("in"));
    }
}

/// A layer that runs before routing sees no path parameters (`logto-runtime/docs/layers.md`).
#[tokio::test]
async fn a_layer_before_routing_cannot_see_that_an_organization_is_named() {
    let tenant = Tenant::start();
    let token = union_token(&tenant);
    let router: Router = Router::new().route("/{organization_id}", get(open));
    let guarded = tenant.logto.require::<Global>().layer(router);
    let app: Router = Router::new().fallback_service(guarded);
    assert_eq!(ask(&app, "/acme", &token).await, Answer::ok("in"));
    // This layer is on a route, so it sees the parameter.
    let leaf = service_fn(async |_: Request<Body>| {
        Ok::<_, std::convert::Infallible>(http::Response::new(Body::from("in")))
    });
    let guarded = tenant.logto.require::<Global>().leaf().layer(leaf);
    let app: Router = Router::new().route_service("/{organization_id}/{*path}", guarded);
    let answer = ask(&app, "/acme/x", &token).await;
    assert_eq!(answer, Answer::misconfigured());
}

/// The two methods of the route have different guards.
#[tokio::test]
async fn the_guard_of_one_method_does_not_disturb_another_method() {
    async fn member(caller: AuthInfo) -> String {
        caller.organization_id().unwrap_or("none").to_owned()
    }
    let tenant = Tenant::start();
    let routes = get(unguarded)
        .route_layer(tenant.logto.require::<Member>())
        .merge(post(member).route_layer(tenant.logto.require::<Anywhere>()));
    let app = at_path("/{org_id}")(routes).with_state(tenant.logto.clone());
    let acme = ask(&app, "/acme", &tenant.api_token("acme")).await;
    assert_eq!(acme, Answer::ok("acme"));
}
