//! The log event of a refused request: the fields about the route and its guard.

use axum::{Router, http::Request, routing::get};
use logto_runtime::{
    AuthInfo, Claims, Guard, Logto, OrganizationId, require_any, require_auth,
    require_org_permission, require_org_scopes, require_scopes, test_util::TestTenant,
};
use tower::{Layer, ServiceExt};

use crate::{
    events::{Events, Fields},
    support::{NOW, ORG, PRODUCTS, ask, at, with_token},
};

#[require_auth]
async fn any() {}

#[require_scopes("read:products", any("write:orders", "write:products"))]
async fn orders() {}

#[require_scopes("read:products")]
struct Read;

#[require_org_permission("invite:member")]
struct Invite;

#[require_org_scopes("read:data", resource = "org", subject = user)]
struct Data;

#[require_org_permission("manage:billing")]
struct Billing;

#[require_any(Invite, Data)]
struct Several;

#[require_any(Several, Billing)]
async fn either() {}

async fn by_guard(_: Guard<Data>) {}

async fn caller(_: AuthInfo) {}

async fn optional(_: Option<AuthInfo>) {}

async fn organization(_: OrganizationId) {}

async fn claims(_: Claims<Vec<()>>) {}

#[require_scopes("read:products", resource = "unnamed")]
async fn unnamed() {}

const ORGANIZATION: &str = "urn:logto:organization:<id>";
const OURS: &str = "https://api.example.com/products, https://api.example.com/org, \
                    urn:logto:organization:<id>";

fn logto(tenant: &TestTenant) -> Logto {
    tenant.logto().named_resource("org", ORG).build().unwrap()
}

fn app(logto: &Logto) -> Router {
    let layered = || get(async || ()).route_layer(logto.require::<Invite>());
    let either_layered = get(async || ()).route_layer(logto.require::<Several>());
    let inner = Router::new()
        .route("/orders/{id}", get(orders))
        .route("/organizations/{organization_id}/data", get(by_guard))
        .route("/organizations/{organization_id}/invite", layered());
    Router::new()
        .route("/any", get(any))
        .nest("/v1", inner)
        .route("/either/{organization_id}", get(either))
        .route("/either-layered/{organization_id}", either_layered)
        .route("/caller", get(caller))
        .route("/optional", get(optional))
        .route("/organization", get(organization))
        .route("/claims", get(claims))
        .route("/unnamed", get(unnamed))
        .with_state(logto.clone())
}

/// The URI of a request, and the guard, route and audience that the log event must name.
type Case = (
    &'static str,
    Option<&'static str>,
    &'static str,
    Option<&'static str>,
);

const DATA: &str = r#"require_org_scopes("read:data", resource = "org", subject = user)"#;
const ORDERS: &str = r#"require_scopes("read:products", any("write:orders", "write:products"))"#;
const INVITE: &str = r#"require_org_permission("invite:member")"#;
const SEVERAL: &str = r#"require_any(require_org_permission("invite:member"), require_org_scopes("read:data", resource = "org", subject = user))"#;
const EITHER: &str = r#"require_any(require_org_permission("invite:member"), require_org_scopes("read:data", resource = "org", subject = user), require_org_permission("manage:billing"))"#;

const CASES: [Case; 10] = [
    ("/any", Some("require_auth"), "/any", Some(PRODUCTS)),
    (
        "/v1/orders/secret-7",
        Some(ORDERS),
        "/v1/orders/{id}",
        Some(PRODUCTS),
    ),
    (
        "/v1/organizations/secret-acme/data",
        Some(DATA),
        "/v1/organizations/{organization_id}/data",
        Some(ORG),
    ),
    (
        "/v1/organizations/secret-acme/invite",
        Some(INVITE),
        "/v1/organizations/{organization_id}/invite",
        Some(ORGANIZATION),
    ),
    (
        "/either/secret-acme",
        Some(EITHER),
        "/either/{organization_id}",
        Some(OURS_BY_GUARD),
    ),
    (
        "/either-layered/secret-acme",
        Some(SEVERAL),
        "/either-layered/{organization_id}",
        Some(OURS_BY_GUARD),
    ),
    ("/caller", None, "/caller", Some(OURS)),
    ("/optional", None, "/optional", Some(OURS)),
    ("/organization", None, "/organization", Some(OURS)),
    ("/claims", None, "/claims", Some(OURS)),
];

/// The audiences of the alternatives, each once, in the order of the alternatives.
const OURS_BY_GUARD: &str = "urn:logto:organization:<id>, https://api.example.com/org";

fn tenant() -> TestTenant {
    let tenant = TestTenant::builder()
        .resource(PRODUCTS, ["read:products"])
        .start();
    tenant.set_now(at(NOW));
    tenant
}

#[track_caller]
fn assert_asked(fields: &Fields, expected: &Case, tenant: &TestTenant, case: &str) {
    let (uri, requirement, route, audience) = *expected;
    let field = |name| fields.get(name).map(String::as_str);
    let issuer = format!("{}/oidc", tenant.endpoint());
    assert_eq!(field("requirement"), requirement, "{uri} {case}");
    assert_eq!(field("route"), Some(route), "{uri} {case}");
    assert_eq!(field("expected_audience"), audience, "{uri} {case}");
    assert_eq!(field("expected_issuer"), Some(&*issuer), "{uri} {case}");
    let shown = format!("{fields:?}");
    assert!(!shown.contains("secret"), "{uri} {case}: {shown}");
}

#[tokio::test]
async fn an_event_names_requirement_route_audience_and_issuer_for_every_kind_of_guard() {
    let events = Events::collect();
    let tenant = tenant();
    // Each case has a new `Logto` without keys, so its first request waits for the keys.
    for case in &CASES {
        let app = app(&logto(&tenant));
        let token = tenant.token().audience("https://secret.example").tampered();
        let (bad_signature, opaque) = (token.mint(), "opaque");
        assert_eq!(ask(&app, case.0, &bad_signature).await.status, 401);
        assert_asked(&events.only().fields, case, &tenant, "after a wait");
        assert_eq!(ask(&app, case.0, opaque).await.status, 401);
        assert_asked(&events.only().fields, case, &tenant, "no key needed");
    }
}

#[tokio::test]
async fn a_wrong_audience_is_logged_with_the_audience_that_was_expected() {
    let events = Events::collect();
    let tenant = tenant();
    let app = app(&logto(&tenant));
    let token = tenant.token().audience("https://secret.example").mint();
    for case in &CASES {
        // A guard for an organization permission gives another reason: the token has no organization.
        if case.0.contains("/invite") {
            continue;
        }
        assert_eq!(ask(&app, case.0, &token).await.status, 401, "{}", case.0);
        let fields = events.only().fields;
        match case.0.contains("either") {
            // The closest alternative is `Invite`, so the event has that other reason.
            true => assert_eq!(fields["alternative"], INVITE),
            false => {
                assert!(fields["reason"].contains("expected_audience"), "{fields:?}");
                assert_asked(&fields, case, &tenant, "wrong audience");
            }
        }
    }
}

#[tokio::test]
async fn the_event_names_all_alternatives_and_the_one_that_came_closest() {
    let events = Events::collect();
    let tenant = tenant();
    let app = app(&logto(&tenant));
    let user = || tenant.token().user("alice");
    for (token, alternative, audience) in [
        (user().organization("acme"), INVITE, ORGANIZATION),
        (
            user().resource(ORG).organization("acme").scopes(["x"]),
            DATA,
            ORG,
        ),
    ] {
        let token = token.mint();
        for (path, asked) in [("either", EITHER), ("either-layered", SEVERAL)] {
            let answer = ask(&app, &format!("/{path}/acme"), &token).await;
            assert_eq!(answer.status, 403, "{alternative}");
            let fields = events.only().fields;
            assert_eq!(fields["requirement"], asked);
            assert_eq!(fields["alternative"], alternative);
            assert_eq!(fields["expected_audience"], audience);
        }
    }
}

#[tokio::test]
async fn an_event_omits_an_unknown_route_and_an_absent_guard() {
    let events = Events::collect();
    let tenant = tenant();
    let logto = logto(&tenant);
    let auth = logto
        .verify(&tenant.token().user("alice").mint())
        .await
        .unwrap();
    logto.verify("opaque").await.unwrap_err();
    let fields = events.only().fields;
    assert_eq!(fields.get("requirement"), None);
    assert_eq!(fields.get("route"), None);
    assert_eq!(fields["expected_audience"], OURS);
    auth.check::<Read>().await.unwrap_err();
    let fields = events.only().fields;
    assert_eq!(fields["requirement"], r#"require_scopes("read:products")"#);
    assert_eq!(
        (fields.get("route"), fields.get("alternative")),
        (None, None)
    );

    // A layer around a whole router runs before the router matches a route.
    let outside = logto.require::<Read>().layer(app(&logto));
    let request: Request<axum::body::Body> = with_token("/any", "opaque");
    assert_eq!(outside.oneshot(request).await.unwrap().status(), 401);
    let fields = events.only().fields;
    assert_eq!(fields.get("route"), None);
    assert_eq!(fields["requirement"], r#"require_scopes("read:products")"#);
}

#[tokio::test]
async fn a_misconfiguration_names_the_guard_and_the_route() {
    let events = Events::collect();
    let tenant = tenant();
    let app = app(&logto(&tenant));
    let token = tenant.token().mint();
    for _ in 0..2 {
        assert_eq!(ask(&app, "/unnamed", &token).await.status, 500);
        let fields = events.only().fields;
        assert_eq!(
            fields["requirement"],
            r#"require_scopes("read:products", resource = "unnamed")"#
        );
        assert_eq!(fields["route"], "/unnamed");
        assert_eq!(fields.get("expected_audience"), None);
    }
}
