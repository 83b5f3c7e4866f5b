//! The resource that a guard requires: the default, a resource with a name, or a resource indicator.

use axum::{Router, routing::get as on_get};
use logto_runtime::{
    AuthInfo, Claims, Logto, LogtoBuilder, OrganizationId, require_auth, require_org_scopes,
    require_scopes, test_util::TestTenant,
};

use super::tenant;
use crate::support::{Answer, INVALID_TOKEN, ask};

const ELSEWHERE: &str = "https://elsewhere.example";

#[require_scopes("read")]
async fn default(auth: AuthInfo) -> String {
    auth.subject().to_owned()
}

#[require_scopes("read", resource = "shop")]
async fn named(auth: AuthInfo) -> String {
    auth.subject().to_owned()
}

#[require_auth(resource = "unnamed")]
async fn unnamed(auth: AuthInfo) -> String {
    auth.subject().to_owned()
}

#[require_auth(resource = "https://elsewhere.example")]
async fn foreign(auth: AuthInfo, _: Claims<serde_json::Value>) -> String {
    auth.subject().to_owned()
}

#[require_org_scopes("read", resource = "https://elsewhere.example", org = token)]
async fn foreign_organization(organization: OrganizationId) -> String {
    organization.to_string()
}

#[require_auth(resource = "https://elsewhere.example")]
#[require_scopes("read")]
async fn both(auth: AuthInfo) -> String {
    auth.subject().to_owned()
}

async fn organization_alone(organization: OrganizationId) -> String {
    organization.to_string()
}

async fn alone(auth: AuthInfo) -> String {
    auth.subject().to_owned()
}

fn app(logto: LogtoBuilder) -> Router {
    let logto: Logto = logto.build().unwrap();
    Router::new()
        .route("/default", on_get(default))
        .route("/named", on_get(named))
        .route("/unnamed", on_get(unnamed))
        .route("/foreign", on_get(foreign))
        .route("/foreign/{id}", on_get(foreign_organization))
        .route("/alone", on_get(alone))
        .route("/both", on_get(both))
        .route("/organization", on_get(organization_alone))
        .with_state(logto)
}

fn token(tenant: &TestTenant, resource: &str) -> String {
    tenant
        .token()
        .user("alice")
        .resource(resource)
        .scopes(["read"])
        .mint()
}

fn wrong_audience() -> Answer {
    Answer::refused(401, "Invalid audience", INVALID_TOKEN)
}

fn builder(tenant: &TestTenant) -> LogtoBuilder {
    Logto::builder(tenant.endpoint())
        .jwks_json(tenant.jwks_json())
        .clock(tenant.clock())
}

#[tokio::test]
async fn the_first_resource_is_the_default_with_or_without_a_name() {
    let tenant = tenant();
    let (first, second) = ("https://one.example.com", "https://two.example.com");
    for logto in [
        builder(&tenant).resource(first).resource(second),
        builder(&tenant)
            .named_resource("main", first)
            .resource(second),
        builder(&tenant)
            .resource(first)
            .named_resource("main", second),
        builder(&tenant)
            .resource(first)
            .named_resource("main", first)
            .resource(second),
    ] {
        let app = app(logto);
        let (first, second) = (token(&tenant, first), token(&tenant, second));
        assert_eq!(ask(&app, "/default", &first).await, Answer::ok("alice"));
        assert_eq!(ask(&app, "/default", &second).await, wrong_audience());
        assert_eq!(ask(&app, "/alone", &second).await, Answer::ok("alice"));
    }
}

#[tokio::test]
async fn a_name_stands_for_its_indicator_in_the_builder() {
    let tenant = tenant();
    for shop in [
        "https://shop.example.com",
        "https://shop.staging.example.com",
    ] {
        let app = app(builder(&tenant)
            .resource("https://api.example.com")
            .named_resource("shop", shop));
        let answer = ask(&app, "/named", &token(&tenant, shop)).await;
        assert_eq!(answer, Answer::ok("alice"));
        for other in ["https://api.example.com", "https://shop.example", "shop:x"] {
            let answer = ask(&app, "/named", &token(&tenant, other)).await;
            assert_eq!(answer, wrong_audience(), "{other}");
        }
    }
}

#[tokio::test]
async fn a_name_that_the_builder_does_not_know_is_a_misconfiguration() {
    let tenant = tenant();
    let app = app(builder(&tenant).resource("https://api.example.com"));
    for resource in ["https://api.example.com", ELSEWHERE] {
        let token = token(&tenant, resource);
        assert_eq!(ask(&app, "/unnamed", &token).await, Answer::misconfigured());
        assert_eq!(ask(&app, "/named", &token).await, Answer::misconfigured());
    }
    assert_eq!(ask(&app, "/unnamed", "x").await, Answer::invalid_token());
}

#[tokio::test]
async fn a_guard_may_require_an_indicator_that_the_builder_does_not_know() {
    let tenant = tenant();
    let app = app(builder(&tenant).resource("https://api.example.com"));
    let elsewhere = token(&tenant, ELSEWHERE);
    assert_eq!(ask(&app, "/foreign", &elsewhere).await, Answer::ok("alice"));
    let organization = tenant.token().resource(ELSEWHERE).organization("acme");
    let organization = organization.scopes(["read"]).mint();
    assert_eq!(
        ask(&app, "/foreign/1", &organization).await,
        Answer::ok("acme")
    );
    assert_eq!(ask(&app, "/alone", &elsewhere).await, wrong_audience());
    let ours = token(&tenant, "https://api.example.com");
    assert_eq!(ask(&app, "/foreign", &ours).await, wrong_audience());
}

/// The second guard checks the audience again, although the first guard has accepted the token.
#[tokio::test]
async fn each_of_two_guards_requires_its_own_resource() {
    let tenant = tenant();
    let app = app(builder(&tenant).resource("https://api.example.com"));
    let ours = token(&tenant, "https://api.example.com");
    let elsewhere = token(&tenant, ELSEWHERE);
    let of_both = tenant.token().user("alice").scopes(["read"]);
    let of_both = of_both.audience(["https://api.example.com", ELSEWHERE]);
    for _ in 0..2 {
        assert_eq!(ask(&app, "/both", &ours).await, wrong_audience());
        assert_eq!(ask(&app, "/both", &elsewhere).await, wrong_audience());
    }
    let of_both = ask(&app, "/both", &of_both.mint()).await;
    assert_eq!(of_both, Answer::ok("alice"));
}

#[tokio::test]
async fn an_unguarded_organization_id_accepts_only_audiences_of_the_service_and_of_organizations() {
    let tenant = tenant();
    let app = app(builder(&tenant).resource("https://api.example.com"));
    let organization = |audience: &str| {
        let token = tenant.token().audience(audience);
        token.claim("organization_id", "acme").mint()
    };
    for (audience, expected) in [
        ("https://api.example.com", Answer::ok("acme")),
        ("urn:logto:organization:acme", Answer::ok("acme")),
        (ELSEWHERE, wrong_audience()),
        ("https://api.example.com/", wrong_audience()),
        ("urn:logto:resource:organizations", wrong_audience()),
    ] {
        for _ in 0..2 {
            let answer = ask(&app, "/organization", &organization(audience)).await;
            assert_eq!(answer, expected, "{audience}");
        }
    }
}
