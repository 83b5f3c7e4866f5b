//! Each cell of the explorer's table shows a command and a status: the router's answer to the command.
//! `personas` tests which callers the table has, and what they may call. `own_requests` tests what each
//! caller sends, and `stacked` tests routes with several guards.

mod own_requests;
mod personas;
mod stacked;

use axum::{Router, body::Body, http::Request, routing::get};
use logto_runtime::{
    AuthInfo, Guard, Logto, OrganizationId, public, require_any, require_auth,
    require_org_permission, require_org_scopes, require_scopes,
    routes::Routes,
    test_util::{Client, Membership, TestTenant, User},
};

use crate::support::{rows, send};

const API: &str = "https://api.example.com";
const ORG: &str = "https://api.example.com/org";

#[require_auth]
async fn any_caller() {}

#[require_auth(subject = machine)]
async fn machines() {}

#[require_scopes("read", "write")]
async fn all() {}

#[require_scopes(any("write", "read"))]
async fn either() {}

#[require_scopes("read")]
#[require_scopes("write")]
async fn stacked() {}

#[require_scopes("read", org = any)]
async fn reaches_all() {}

/// A mistake: a global guard on a route whose path names an organization.
#[require_scopes("read")]
async fn misplaced() {}

#[require_org_permission("invite")]
async fn permission() {}

#[require_org_permission("invite", org = path("id"))]
async fn permission_of_path() {}

#[require_org_permission("invite", org = header("x-organization-id"))]
async fn permission_of_header() {}

#[require_org_permission("invite", org = token)]
async fn permission_of_token() {}

#[require_org_scopes("read", resource = "https://api.example.com/org")]
async fn scoped() {}

#[require_scopes("read")]
struct Read;

#[require_auth]
struct AnyCaller;

#[require_org_permission("invite")]
struct Invite;

#[require_org_scopes("read", resource = "https://api.example.com/org")]
struct ReadOrg;

#[require_any(Invite, ReadOrg)]
async fn alternatives() {}

#[require_auth(resource = "https://api.example.com/org")]
async fn bound(_: OrganizationId) {}

#[require_auth(resource = "https://api.example.com/org")]
async fn perhaps_bound(_: Option<OrganizationId>) {}

async fn late(_: Guard<AnyCaller>, _: Guard<Read>) {}

#[public]
async fn open() {}

#[public]
async fn reads_caller(_: AuthInfo) {}

#[public]
async fn perhaps(_: Option<AuthInfo>) {}

fn routes(logto: &Logto) -> Routes<Logto> {
    let files = || Router::new().route("/anything", get(async || "file"));
    let layered = Routes::new()
        .get("/layered", scoped)
        .guarded_by(logto.require::<ReadOrg>());
    // On a wildcard route, a layer without `leaf` assumes that a router behind it adds path parameters.
    let tail = |guard| Routes::new().get("/{*tail}", scoped).guarded_by(guard);
    Routes::new()
        .get("/any", any_caller)
        .get("/machines", machines)
        .get("/all/{id}", all)
        .get("/either", either)
        .get("/stacked", stacked)
        .get("/late", late)
        .get("/{organization_id}/reaches", reaches_all)
        .get("/{organization_id}/misplaced", misplaced)
        .post("/{organization_id}/permission", permission)
        .get("/unnamed/{id}", permission)
        .get("/of-path/{id}", permission_of_path)
        .put("/of-header", permission_of_header)
        .delete("/of-token", permission_of_token)
        .any("/{organization_id}/scoped/{*file}", scoped)
        .get("/{organization_id}/alternatives", alternatives)
        .get("/{organization_id}/bound", bound)
        .get("/{organization_id}/perhaps-bound", perhaps_bound)
        .nest("/nested/{orgId}", layered)
        .nest("/tail/{orgId}", tail(logto.require::<ReadOrg>()))
        .nest("/leaf/{orgId}", tail(logto.require::<ReadOrg>().leaf()))
        .nest_guarded("/files", files(), logto.require::<Read>())
        .nest_guarded("/{org_id}/files", files(), logto.require::<Invite>())
        .nest_public("/assets", files())
        .nest_opaque("/opaque", files())
        .get("/open", open)
        .get("/caller", reads_caller)
        .get("/perhaps", perhaps)
        .nest("/inner", Routes::new().get("/x", open).fallback(all))
        .fallback(any_caller)
}

fn tenant() -> TestTenant {
    TestTenant::builder()
        .resource(API, ["read", "write"])
        .resource(ORG, ["read"])
        .organization_permissions(["invite"])
        .organization("acme")
        .organization("a b/ü%")
        .user(
            User::new("alice").scopes(API, ["read"]).member_of(
                "acme",
                Membership::new()
                    .permissions(["invite"])
                    .scopes(ORG, ["read"]),
            ),
        )
        .client(Client::new("robot", "s").member_of("acme", Membership::new()))
        .offline()
        .start()
}

#[tokio::test]
async fn each_cell_shows_what_the_router_answers_to_its_command() {
    let tenant = tenant();
    let revocations = tenant.revocations().start().unwrap();
    let logto = tenant.logto().revocations(&revocations).build().unwrap();
    let routes = routes(&logto);
    let explorer: Router = logto.explorer(&routes).tenant(&tenant).into_router();
    let api = routes.into_router().with_state(logto);

    let page = crate::support::get(&explorer, "/").await;
    let rows = rows(&page.body);
    let (mut granted, mut codes) = (0, std::collections::BTreeSet::new());
    for row in &rows {
        for cell in &row.cells {
            let command = cell.request();
            let path = command.url.strip_prefix("http://127.0.0.1:3000").unwrap();
            let mut request = Request::builder().method(&*command.method).uri(path);
            for (name, value) in &command.headers {
                request = request.header(name, value.as_bytes());
            }
            let answer = send(&api, request.body(Body::empty()).unwrap()).await;
            let told = (row.head.as_str(), &cell.title);
            assert_eq!(answer.status, cell.status, "{told:?} {}", cell.command);
            granted += usize::from(cell.status == 200);
            codes.insert(cell.title.rsplit(": ").next().unwrap());
        }
    }
    assert!(granted > 60, "{granted}");
    for code in [
        "misconfigured",
        "subject_not_accepted",
        "organization_mismatch",
        "insufficient_scope",
        "no_scopes_granted",
        "missing_token",
        "opaque_token",
        "id_token",
        "expired",
        "revoked",
    ] {
        assert!(codes.contains(code), "{code} is not among {codes:?}");
    }
}
