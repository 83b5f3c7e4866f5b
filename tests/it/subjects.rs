//! Users, machine-to-machine applications, and actors that act for a user.

use axum::{Json, Router, routing::get};
use logto_runtime::{
    AuthInfo, Guard, Policy,
    policy::{Requirement, Subject},
    require_auth, require_scopes,
    test_util::{TestTenant, TokenBuilder},
};
use serde_json::{Value, json};

use crate::support::{Answer, INSUFFICIENT_SCOPE, PRODUCTS, ask};

#[require_auth(subject = user)]
struct Users;

struct Machines;

impl Policy for Machines {
    const REQUIREMENT: Requirement = Requirement::authenticated().with_subject(Subject::Machine);
}

async fn users(_: Guard<Users>) -> &'static str {
    "in"
}

async fn machines(_: Guard<Machines>) -> &'static str {
    "in"
}

#[require_scopes("write:products", subject = user)]
async fn writing_users() -> &'static str {
    "in"
}

async fn who(auth: AuthInfo) -> Json<Value> {
    let (subject, client) = (auth.subject(), auth.client_id());
    Json(json!([subject, client, auth.is_machine(), auth.actor()]))
}

fn tenant() -> TestTenant {
    TestTenant::builder()
        .offline()
        .resource(PRODUCTS, [""; 0])
        .start()
}

fn app(tenant: &TestTenant) -> Router {
    Router::new()
        .route("/users", get(users))
        .route("/machines", get(machines))
        .route("/writing-users", get(writing_users))
        .route("/who", get(who))
        .with_state(tenant.logto().build().unwrap())
}

fn user(tenant: &TestTenant) -> TokenBuilder<'_> {
    tenant.token().user("alice")
}

/// Returns a builder for a token as Logto issues it in a token exchange with an actor (RFC 8693).
fn delegate(tenant: &TestTenant) -> TokenBuilder<'_> {
    user(tenant).claim("act", json!({ "sub": "robot" }))
}

fn machine(tenant: &TestTenant) -> TokenBuilder<'_> {
    tenant.token().client("robot")
}

fn not_accepted() -> Answer {
    Answer::refused(403, "Subject not accepted", INSUFFICIENT_SCOPE)
}

#[tokio::test]
async fn auth_info_tells_users_machines_and_delegates_apart() {
    let tenant = tenant();
    let app = app(&tenant);
    for (token, expected) in [
        (user(&tenant), json!(["alice", "test-app", false, null])),
        (
            delegate(&tenant),
            json!(["alice", "test-app", false, "robot"]),
        ),
        (machine(&tenant), json!(["robot", "robot", true, null])),
    ] {
        let answer = ask(&app, "/who", &token.mint()).await;
        assert_eq!((answer.status, answer.body), (200, expected.to_string()));
    }
}

#[tokio::test]
async fn a_guard_for_one_kind_of_subject_refuses_the_other() {
    let tenant = tenant();
    let app = app(&tenant);
    let admitted = || Answer::ok("in");
    for (uri, token, expected) in [
        ("/users", user(&tenant), admitted()),
        ("/users", delegate(&tenant), admitted()),
        ("/users", machine(&tenant), not_accepted()),
        ("/machines", user(&tenant), not_accepted()),
        ("/machines", delegate(&tenant), not_accepted()),
        ("/machines", machine(&tenant), admitted()),
    ] {
        assert_eq!(ask(&app, uri, &token.mint()).await, expected, "{uri}");
    }
}

/// More scopes would not help a caller of the wrong kind. So the challenge, `insufficient_scope`, must not
/// list scopes.
#[tokio::test]
async fn the_subject_is_checked_after_the_audience_and_before_the_scopes() {
    let tenant = tenant();
    let app = app(&tenant);
    let elsewhere = machine(&tenant).resource("https://other.example").mint();
    let answer = ask(&app, "/writing-users", &elsewhere).await;
    assert_eq!(answer.body, r#"{"error":"Invalid audience"}"#);
    let without_scope = machine(&tenant).mint();
    let answer = ask(&app, "/writing-users", &without_scope).await;
    assert_eq!(answer, not_accepted());
    let user_without = user(&tenant).mint();
    let answer = ask(&app, "/writing-users", &user_without).await;
    assert_eq!(answer.body, r#"{"error":"Insufficient scope"}"#);
}
