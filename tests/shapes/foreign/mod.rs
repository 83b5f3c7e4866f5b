//! The handlers of a SaaS template with a foreign state: the `AppContext` of a web framework. Neither this
//! program nor `logto-runtime` defines that type.
//!
//! `answers` tests how the handlers answer.

mod answers;

use axum::{
    Json, Router,
    extract::{Path, State},
    routing::get,
};
use logto_runtime::{
    AuthInfo, Claims, Guard, Logto, OrganizationId,
    inventory::guards,
    public, require_any, require_auth, require_org_permission, require_org_scopes, require_scopes,
    routes::Routes,
    test_util::{TestTenant, assert_guarded, granted},
};
use serde::Deserialize;
use serde_json::{Value, json};
use web_framework::AppContext;

use crate::support::{Answer, PRODUCTS, ask};

/// Returns the `Logto` that this program has put into the context.
fn logto_of(ctx: &AppContext) -> Option<Logto> {
    ctx.get()
}

/// A function for programs whose context always has a `Logto`.
mod always {
    use super::{AppContext, Logto};

    pub(super) fn logto(ctx: &AppContext) -> Logto {
        ctx.get().unwrap()
    }
}

#[public]
async fn health() -> &'static str {
    "ok"
}

#[require_auth(state = AppContext, logto = logto_of)]
async fn current(auth: AuthInfo) -> String {
    auth.subject().to_owned()
}

#[require_scopes("read:notes", state = AppContext, logto = always::logto)]
#[axum::debug_handler(state = AppContext)]
async fn notes(State(ctx): State<AppContext>, auth: AuthInfo) -> String {
    let shared = ctx.get::<Logto>().is_some();
    format!("notes of {}, {shared}", auth.subject())
}

#[derive(Deserialize)]
struct Plan {
    plan: String,
}

#[require_auth(state = AppContext, logto = logto_of)]
async fn plan(Claims(claims): Claims<Plan>) -> String {
    claims.plan
}

#[require_org_permission("read:members", state = AppContext, logto = logto_of)]
async fn members(organization: OrganizationId) -> String {
    format!("members of {organization}")
}

#[require_org_scopes("read:data", org = path("tenant"), state = AppContext, logto = logto_of)]
async fn data(organization: OrganizationId) -> String {
    format!("data of {organization}")
}

#[require_scopes("read:everything", org = any, state = AppContext, logto = logto_of)]
struct Staff;

#[require_org_permission("read:invoices", state = AppContext, logto = logto_of)]
struct Member;

#[require_any(Staff, Member, state = AppContext, logto = logto_of)]
async fn invoices(organization: Option<OrganizationId>, auth: AuthInfo) -> String {
    let of = organization.map_or("all".to_owned(), |id| id.to_string());
    format!("{} sees {of}", auth.subject())
}

#[require_any(Staff, Member, state = AppContext, logto = logto_of)]
struct StaffOrMember;

async fn statements(guard: Guard<StaffOrMember>) -> &'static str {
    match guard.granted_by::<Staff>() {
        true => "staff",
        false => "member",
    }
}

#[require_scopes("read:notes", state = AppContext, logto = logto_of)]
#[require_auth(subject = user, state = AppContext, logto = logto_of)]
async fn stacked(auth: AuthInfo) -> Json<Value> {
    Json(json!(auth.scopes().collect::<Vec<_>>()))
}

#[require_scopes("write:notes", state = AppContext, logto = logto_of)]
pub(crate) struct WriteNotes;

async fn write(Path(id): Path<u32>, caller: Guard<WriteNotes>) -> String {
    format!("{} writes {id}", caller.subject())
}

async fn written(caller: Guard<WriteNotes>, Path(id): Path<u32>) -> String {
    write(Path(id), caller).await
}

fn routes() -> Routes<AppContext> {
    Routes::new()
        .get("/health", health)
        .get("/current", current)
        .get("/notes", notes)
        .get("/plan", plan)
        .get("/organizations/{organization_id}/members", members)
        .get("/tenants/{tenant}/data", data)
        .get("/organizations/{organization_id}/invoices", invoices)
        .get("/organizations/{organization_id}/statements", statements)
        .get("/stacked", stacked)
        .get("/notes/{id}", written)
}

fn tenant() -> TestTenant {
    TestTenant::builder()
        .offline()
        .resource(PRODUCTS, [""; 0])
        .start()
}

fn app(tenant: &TestTenant) -> Router {
    let logto = tenant.logto().build().unwrap();
    routes().into_router().with_state(AppContext::with(logto))
}

#[test]
fn every_route_of_a_foreign_state_is_in_the_table() {
    assert_guarded(&routes());
    let table: Vec<_> = routes().table().iter().map(ToString::to_string).collect();
    assert_eq!(
        table,
        [
            "GET /health public",
            "GET /current require_auth",
            r#"GET /notes require_scopes("read:notes")"#,
            "GET /plan require_auth",
            r#"GET /organizations/{organization_id}/members require_org_permission("read:members")"#,
            r#"GET /tenants/{tenant}/data require_org_scopes("read:data", org = path("tenant"))"#,
            r#"GET /organizations/{organization_id}/invoices require_any(require_scopes("read:everything", org = any), require_org_permission("read:invoices"))"#,
            r#"GET /organizations/{organization_id}/statements require_any(require_scopes("read:everything", org = any), require_org_permission("read:invoices"))"#,
            r#"GET /stacked require_scopes("read:notes") + require_auth(subject = user)"#,
            r#"GET /notes/{id} require_scopes("write:notes")"#,
        ]
    );
}

#[test]
fn guards_of_a_foreign_state_are_in_the_inventory() {
    for item in ["current", "notes", "invoices", "stacked", "WriteNotes"] {
        let path = format!("shapes::foreign::{item}");
        assert!(guards().any(|guard| guard.item == path), "{path}");
    }
}

/// The attribute wraps the argument `AuthInfo`. A test makes the wrapped argument with `.into()`.
#[tokio::test]
async fn a_handler_of_a_foreign_state_can_be_called_in_a_test() {
    let tenant = tenant();
    let logto = tenant.logto().build().unwrap();
    let alice = logto.verify(&tenant.token().user("alice").mint()).await;
    let alice = alice.unwrap();
    assert_eq!(
        current(granted(&alice), alice.clone().into()).await,
        "alice"
    );
}

/// The handlers also work in axum's own router.
#[tokio::test]
async fn a_plain_router_accepts_the_handlers() {
    let tenant = tenant();
    let logto = tenant.logto().build().unwrap();
    let app = Router::new()
        .route("/current", get(current))
        .route("/members/{organization_id}", get(members))
        .with_state(AppContext::with(logto));
    let token = tenant.token().user("alice").mint();
    assert_eq!(ask(&app, "/current", &token).await, Answer::ok("alice"));
}
