//! `Guard<P>` and stacked attributes.

use axum::{Router, routing::get as on_get};
use logto_runtime::{
    AuthInfo, Guard, require_auth, require_org_permission, require_org_scopes, require_scopes,
    test_util::{TestTenant, granted},
};

use super::{alice, tenant};
use crate::support::{Answer, INVALID_TOKEN, ORG, PRODUCTS, ask, get, send};

#[require_scopes("read:products")]
struct Read;

#[require_auth]
struct Any;

#[require_org_scopes("read:data", resource = "https://api.example.com/org")]
struct Data;

#[require_org_permission("invite:member")]
struct Invite;

#[require_scopes("read:products")]
#[require_scopes("write:products")]
async fn stacked() -> &'static str {
    "admitted"
}

#[require_org_scopes("read:data", resource = "https://api.example.com/org")]
#[require_scopes("read:products")]
async fn impossible() -> &'static str {
    "admitted"
}

async fn read(guard: Guard<Read>) -> String {
    format!("{} {:?}", guard.subject(), guard.organization())
}

async fn any(guard: Guard<Any>) -> String {
    format!("{:?} {:?}", guard.organization_id(), guard.organization())
}

async fn both(data: Guard<Data>, auth: AuthInfo) -> String {
    assert_eq!(data.clone().into_auth_info().subject(), auth.subject());
    format!("{} {}", data.organization().unwrap(), auth.subject())
}

#[require_scopes("read:products")]
async fn without_arguments() -> &'static str {
    "admitted"
}

async fn two_guards(read: Guard<Read>, _: Guard<Invite>) -> String {
    read.subject().to_owned()
}

fn app(tenant: &TestTenant) -> Router {
    Router::new()
        .route("/stacked", on_get(stacked))
        .route("/impossible", on_get(impossible))
        .route("/read", on_get(read))
        .route("/any", on_get(any))
        .route("/both", on_get(both))
        .route("/without-arguments", on_get(without_arguments))
        .route("/two", on_get(two_guards))
        .with_state(tenant.logto().build().unwrap())
}

fn lacks(scope: &str) -> Answer {
    let challenge = format!(r#"Bearer error="insufficient_scope", scope="{scope}""#);
    Answer::refused(403, "Insufficient scope", challenge.as_str())
}

#[tokio::test]
async fn stacked_attributes_must_all_be_met_and_the_outermost_decides_first() {
    let tenant = tenant();
    let app = app(&tenant);
    let token = |scopes: &[&str]| alice(&tenant).scopes(scopes.iter().copied()).mint();
    for (scopes, expected) in [
        (
            &["read:products", "write:products"][..],
            Answer::ok("admitted"),
        ),
        (&["read:products"], lacks("write:products")),
        (&["write:products"], lacks("read:products")),
        (&[], lacks("read:products")),
    ] {
        assert_eq!(
            ask(&app, "/stacked", &token(scopes)).await,
            expected,
            "{scopes:?}"
        );
    }
    let audience = || Answer::refused(401, "Invalid audience", INVALID_TOKEN);
    let for_products = token(&["read:data", "read:products"]);
    assert_eq!(ask(&app, "/impossible", &for_products).await, audience());
    let for_org = alice(&tenant).resource(ORG).organization("acme");
    let for_org = for_org.scopes(["read:data", "read:products"]).mint();
    assert_eq!(ask(&app, "/impossible", &for_org).await, audience());
}

#[tokio::test]
async fn two_guards_of_one_handler_must_both_be_met() {
    let tenant = tenant();
    let app = app(&tenant);
    let token = alice(&tenant).mint();
    let missing = Answer::refused(401, "Organization context is missing", INVALID_TOKEN);
    assert_eq!(ask(&app, "/two", &token).await, missing);
    let token = tenant
        .token()
        .organization("acme")
        .scopes(["invite:member"])
        .mint();
    let audience = Answer::refused(401, "Invalid audience", INVALID_TOKEN);
    assert_eq!(ask(&app, "/two", &token).await, audience);
}

#[tokio::test]
async fn a_handler_without_arguments_is_guarded_too() {
    let tenant = tenant();
    let app = app(&tenant);
    let token = alice(&tenant).mint();
    assert_eq!(
        ask(&app, "/without-arguments", &token).await,
        Answer::ok("admitted")
    );
    let token = alice(&tenant).scopes(["write:products"]).mint();
    assert_eq!(
        ask(&app, "/without-arguments", &token).await,
        lacks("read:products")
    );
    let missing = Answer::missing("read:products");
    assert_eq!(send(&app, get("/without-arguments", &[])).await, missing);
}

#[tokio::test]
async fn a_test_calls_a_guarded_function_in_one_expression() {
    let tenant = tenant();
    let logto = tenant.logto().build().unwrap();
    let caller = logto.verify(&alice(&tenant).mint()).await.unwrap();
    assert_eq!(without_arguments(granted(&caller)).await, "admitted");
    assert_eq!(read(granted(&caller)).await, "alice None");
    assert_eq!(
        two_guards(granted(&caller), granted(&caller)).await,
        "alice"
    );
    let stacked = stacked(granted(&caller), granted(&caller)).await;
    assert_eq!(stacked, "admitted");
}

#[tokio::test]
async fn a_guard_derefs_to_its_caller_and_knows_the_organization_that_it_compared() {
    let tenant = tenant();
    let app = app(&tenant);
    let token = alice(&tenant).mint();
    assert_eq!(ask(&app, "/read", &token).await, Answer::ok("alice None"));
    // The token names an organization, but the guard did not compare it.
    let token = alice(&tenant)
        .resource(PRODUCTS)
        .organization("acme")
        .mint();
    assert_eq!(
        ask(&app, "/any", &token).await,
        Answer::ok(r#"Some("acme") None"#)
    );
    let token = alice(&tenant)
        .resource(ORG)
        .organization("acme")
        .scopes(["read:data"]);
    assert_eq!(
        ask(&app, "/both", &token.mint()).await,
        Answer::ok("acme alice")
    );
}

#[tokio::test]
async fn every_guard_refuses_a_request_without_a_token() {
    let tenant = tenant();
    let app = app(&tenant);
    // Of several guards, the first one answers.
    for (uri, scopes) in [
        ("/stacked", "read:products"),
        ("/impossible", "read:data"),
        ("/read", "read:products"),
        ("/any", ""),
        ("/both", "read:data"),
        ("/two", "read:products"),
    ] {
        let answer = send(&app, get(uri, &[])).await;
        assert_eq!(answer, Answer::missing(scopes), "{uri}");
    }
}
