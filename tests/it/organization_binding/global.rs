//! A global guard where the path names an organization. Logto gives a user who asks for an API
//! without `organization_id` a token with the scopes of all his organizations, so a global guard would
//! let him into every one of them.

use axum::{
    Router,
    body::Body,
    routing::{MethodRouter, get, post},
};
use http::Request;
use logto_runtime::{
    AuthInfo, Guard, Logto, OrganizationId, Policy,
    policy::{AnyOf, OrganizationSource, Requirement, ScopeExpr, Subject},
    require_any, require_auth, require_org_scopes, require_scopes,
};
use tower::{Layer, service_fn};

use super::{Tenant, at_path, unguarded};
use crate::support::{Answer, INSUFFICIENT_SCOPE, INVALID_TOKEN, ORG, ask, send};

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

/// A token as Logto issues it without `organization_id`: the scopes of all organizations.
fn union_token(tenant: &Tenant) -> String {
    let token = tenant.tenant.token().user("alice").resource(ORG);
    token.scopes(["read:data"]).mint()
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
async fn it_is_one_at_every_depth_of_nesting_and_in_fallbacks() {
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

/// The place is asked on every request, before anything that is remembered about the token.
#[tokio::test]
async fn a_token_that_was_accepted_elsewhere_is_not_accepted_there() {
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
async fn it_is_asked_after_authentication_and_before_anything_else_about_the_token() {
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

/// The names of parameters that are not UTF-8 are those of the matched route.
#[tokio::test]
async fn a_path_that_is_not_utf8_is_not_a_fault_of_the_service() {
    let tenant = Tenant::start();
    let token = union_token(&tenant);
    for (way, handler) in global_ways(&tenant) {
        for (path, expected) in [
            ("/{organization_id}", Answer::mismatch()),
            ("/{*org_id}", Answer::mismatch()),
            ("/{id}", Answer::ok("in")),
        ] {
            let app = at_path(path)(handler.clone()).with_state(tenant.logto.clone());
            let answer = ask(&app, "/%ff", &token).await;
            assert_eq!(answer, expected, "{way}: {path}");
        }
    }
}

#[tokio::test]
async fn org_any_reaches_every_organization_and_require_auth_is_left_as_it_is() {
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

/// Before routing, a layer sees no parameters: `docs/layers.md` says so.
#[tokio::test]
async fn a_layer_before_routing_cannot_see_that_an_organization_is_named() {
    let tenant = Tenant::start();
    let token = union_token(&tenant);
    let router: Router = Router::new().route("/{organization_id}", get(open));
    let guarded = tenant.logto.require::<Global>().layer(router);
    let app: Router = Router::new().fallback_service(guarded);
    assert_eq!(ask(&app, "/acme", &token).await, Answer::ok("in"));
    let leaf = service_fn(async |_: Request<Body>| {
        Ok::<_, std::convert::Infallible>(http::Response::new(Body::from("in")))
    });
    let guarded = tenant.logto.require::<Global>().leaf().layer(leaf);
    let app: Router = Router::new().route_service("/{organization_id}/{*path}", guarded);
    let answer = ask(&app, "/acme/x", &token).await;
    assert_eq!(answer, Answer::misconfigured());
}

#[require_any(Admin, Member)]
async fn optional(organization: Option<OrganizationId>) -> String {
    organization.map_or("every".to_owned(), |id| id.to_string())
}

#[require_any(Admin, Member)]
async fn required(organization: OrganizationId) -> String {
    organization.to_string()
}

#[require_scopes("admin", resource = "https://api.example.com/org", org = any)]
async fn administered(organization: Option<OrganizationId>) -> String {
    organization.map_or("every".to_owned(), |id| id.to_string())
}

async fn by_alternatives(
    caller: Guard<AnyOf<(Admin, Member)>>,
    organization: Option<OrganizationId>,
) -> String {
    assert_eq!(caller.organization(), organization);
    organization.map_or("every".to_owned(), |id| id.to_string())
}

async fn without_guard(organization: Option<OrganizationId>) -> String {
    organization.map_or("every".to_owned(), |id| id.to_string())
}

#[require_auth(resource = "https://api.example.com/org")]
async fn authenticated(organization: Option<OrganizationId>) -> String {
    organization.map_or("every".to_owned(), |id| id.to_string())
}

#[tokio::test]
async fn an_optional_organization_id_is_absent_only_under_an_alternative_without_organization() {
    let tenant = Tenant::start();
    let admin = tenant.tenant.token().resource(ORG).scopes(["admin"]).mint();
    let member = tenant.api_token("acme");
    let missing = || Answer::refused(401, "Organization context is missing", INVALID_TOKEN);
    for (way, handler, of_admin, of_member) in [
        (
            "optional",
            get(optional),
            Answer::ok("every"),
            Answer::ok("acme"),
        ),
        ("required", get(required), missing(), Answer::ok("acme")),
        (
            "guard",
            get(by_alternatives),
            Answer::ok("every"),
            Answer::ok("acme"),
        ),
        // Nothing has said that the caller needs no organization.
        (
            "without a guard",
            get(without_guard),
            missing(),
            Answer::ok("acme"),
        ),
        (
            "require_auth",
            get(authenticated),
            missing(),
            Answer::ok("acme"),
        ),
    ] {
        let app = at_path("/{org_id}")(handler).with_state(tenant.logto.clone());
        for _ in 0..2 {
            assert_eq!(ask(&app, "/acme", &admin).await, of_admin, "{way}");
            assert_eq!(ask(&app, "/acme", &member).await, of_member, "{way}");
            assert_eq!(
                ask(&app, "/globex", &member).await,
                Answer::mismatch(),
                "{way}"
            );
        }
    }
    let app = at_path("/{org_id}")(get(administered)).with_state(tenant.logto.clone());
    assert_eq!(ask(&app, "/acme", &admin).await, Answer::ok("every"));
}

/// A guard around a router does not know what its handlers make of an absent organization.
#[tokio::test]
async fn an_optional_organization_id_is_present_if_only_a_layer_accepted_its_absence() {
    let tenant = Tenant::start();
    let admin = tenant.tenant.token().resource(ORG).scopes(["admin"]).mint();
    let missing = Answer::refused(401, "Organization context is missing", INVALID_TOKEN);
    for handler in [get(without_guard), get(authenticated)] {
        let app = Router::new()
            .route("/{org_id}", handler)
            .route_layer(tenant.logto.require::<AnyOf<(Admin, Member)>>())
            .with_state(tenant.logto.clone());
        assert_eq!(ask(&app, "/acme", &admin).await, missing);
        let member = ask(&app, "/acme", &tenant.api_token("acme")).await;
        assert_eq!(member, Answer::ok("acme"));
    }
}

/// What another `Logto` accepted says nothing.
#[tokio::test]
async fn an_optional_organization_id_is_present_if_only_another_logto_accepted_its_absence() {
    let tenant = Tenant::start();
    let other = tenant.tenant.logto().build().unwrap();
    let admin = tenant.tenant.token().resource(ORG).scopes(["admin"]).mint();
    let app = Router::new()
        .route("/{org_id}", get(without_guard))
        .route_layer(other.require::<Admin>())
        .with_state(tenant.logto.clone());
    let missing = Answer::refused(401, "Organization context is missing", INVALID_TOKEN);
    assert_eq!(ask(&app, "/acme", &admin).await, missing);
}

/// A requirement that is written by hand may say what its kind cannot compare. It must not look as if
/// it were compared.
#[tokio::test]
async fn a_requirement_that_cannot_be_enforced_lets_nobody_in() {
    macro_rules! unenforceable {
        ($($name:ident = $requirement:expr;)+) => {$(
            struct $name;

            impl Policy for $name {
                const REQUIREMENT: Requirement = $requirement;
            }
        )+};
    }
    const DATA: Requirement = Requirement::scopes(ScopeExpr::One("read:data")).with_resource(ORG);
    const ANY: Requirement = Requirement::any_of(&[DATA, DATA]);
    const INVITE: Requirement =
        Requirement::organization_permission(ScopeExpr::One("invite:member"));
    const AUTH: Requirement = Requirement::authenticated().with_resource(ORG);
    unenforceable! {
        ScopesInPath = DATA.with_organization(OrganizationSource::Path("organization_id"));
        ScopesInHeader = DATA.with_organization(OrganizationSource::Header("x-organization-id"));
        ScopesInToken = DATA.with_organization(OrganizationSource::Token);
        AuthInPath = AUTH.with_organization(OrganizationSource::Path("organization_id"));
        PermissionOfResource = INVITE.with_resource(ORG);
        AnyOfMachines = ANY.with_subject(Subject::Machine);
        AnyOfResource = ANY.with_resource(ORG);
        AnyInHeader = ANY.with_organization(OrganizationSource::Header("x-organization-id"));
        Nested = Requirement::any_of(&[DATA, AnyOfMachines::REQUIREMENT]);
    }
    let tenant = Tenant::start();
    let tokens = [
        union_token(&tenant),
        tenant.api_token("acme"),
        tenant.organization_token("acme"),
    ];
    for (name, handler) in [
        ("scopes in path", get(by_guard::<ScopesInPath>)),
        ("scopes in header", get(by_guard::<ScopesInHeader>)),
        ("scopes in token", get(by_guard::<ScopesInToken>)),
        ("auth in path", get(by_guard::<AuthInPath>)),
        (
            "permission of a resource",
            get(by_guard::<PermissionOfResource>),
        ),
        ("any of machines", get(by_guard::<AnyOfMachines>)),
        ("any of a resource", get(by_guard::<AnyOfResource>)),
        ("any in header", get(by_guard::<AnyInHeader>)),
        ("nested", get(by_guard::<Nested>)),
    ] {
        let app = Router::new()
            .route("/o/{organization_id}", handler.clone())
            .route("/plain", handler)
            .with_state(tenant.logto.clone());
        for token in &tokens {
            for uri in ["/o/acme", "/plain"] {
                let answer = ask(&app, uri, token).await;
                assert_eq!(answer, Answer::misconfigured(), "{name}: {uri}");
            }
        }
    }
}

/// The handlers behind other methods of a route have the guard of their own.
#[tokio::test]
async fn a_global_guard_of_one_method_does_not_disturb_another_method() {
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
