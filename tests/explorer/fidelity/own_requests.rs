//! What a persona sends: a path with its own id, a token of the client that the guard names, and all headers
//! that guards read.

use axum::{Router, body::Body, http::Request};
use logto_runtime::{
    Logto,
    explorer::Explorer,
    require_auth, require_org_permission, require_scopes,
    routes::Routes,
    test_util::{TestTenant, User},
};

use super::tenant;
use crate::support::{ShownRow, form, get, rows, send};

const WEB: &str = "abcdefghij0123456789k";

#[require_scopes("read", subject = path("user_id"))]
async fn own() {}

#[require_auth]
async fn of_alice() {}

#[require_auth(client = "web")]
async fn of_client() {}

#[require_auth(client = "abcdefghij0123456789k")]
async fn of_client_id() {}

#[require_org_permission("invite", org = header("x-first"))]
#[require_org_permission("invite", org = header("x-second"))]
async fn two_headers() {}

fn explorer(tenant: &TestTenant, routes: &Routes<Logto>) -> (Logto, Explorer) {
    let logto = tenant.logto().named_client("web", WEB).build().unwrap();
    let explorer = logto.explorer(routes).tenant(tenant);
    (logto, explorer)
}

/// Returns the status in the column of a persona.
fn status(row: &ShownRow, persona: &str) -> u16 {
    let title = format!("{persona}: ");
    let cell = row.cells.iter().find(|it| it.title.starts_with(&title));
    cell.unwrap().status
}

/// Compares each cell with what the router answers to the command of the cell.
async fn compare(api: &Router, rows: &[ShownRow]) {
    for cell in rows.iter().flat_map(|row| &row.cells) {
        let command = cell.request();
        let path = command.url.strip_prefix("http://127.0.0.1:3000").unwrap();
        let mut request = Request::builder().method(&*command.method).uri(path);
        for (name, value) in &command.headers {
            request = request.header(name, value.as_bytes());
        }
        let answer = send(api, request.body(Body::empty()).unwrap()).await;
        assert_eq!(
            answer.status, cell.status,
            "{} {}",
            cell.title, cell.command
        );
    }
}

/// Returns the rows of the page, after they were compared with the router.
async fn shown(tenant: &TestTenant, routes: Routes<Logto>) -> Vec<ShownRow> {
    let (logto, explorer) = explorer(tenant, &routes);
    let page = get(&explorer.into_router(), "/").await;
    let rows = rows(&page.body);
    compare(&routes.into_router().with_state(logto), &rows).await;
    rows
}

#[tokio::test]
async fn a_user_calls_the_path_with_the_own_id() {
    let rows = shown(&tenant(), Routes::new().get("/users/{user_id}", own)).await;
    for (persona, expected) in [
        ("nobody", 401),
        ("user without scopes", 403),
        ("user with the scopes", 200),
        ("machine with the scopes", 403),
        ("administrator of acme", 200),
    ] {
        assert_eq!(status(&rows[0], persona), expected, "{persona}");
    }
    let cell = rows[0].cells.iter().find(|it| it.status == 200).unwrap();
    let url = cell.request().url;
    assert_eq!(url, "http://127.0.0.1:3000/users/alice");
    assert!(cell.text.contains("GET /users/alice"), "{}", cell.text);
}

#[tokio::test]
async fn an_id_in_the_path_is_encoded() {
    let tenant = TestTenant::builder()
        .resource(super::API, ["read"])
        .user(User::new("a b/ü'<?").scopes(super::API, ["read"]))
        .offline()
        .start();
    let rows = shown(&tenant, Routes::new().get("/users/{user_id}", own)).await;
    assert_eq!(status(&rows[0], "user with the scopes"), 200);
}

/// A request to `/users/alice` gets to another route, so the row keeps its own path.
#[tokio::test]
async fn an_id_that_leads_to_another_route_is_not_sent() {
    let routes = Routes::new()
        .get("/users/{user_id}", own)
        .get("/users/alice", of_alice);
    let rows = shown(&tenant(), routes).await;
    assert_eq!(status(&rows[0], "user with the scopes"), 403);
}

#[tokio::test]
async fn the_owner_of_a_pasted_token_calls_the_path_with_the_own_id() {
    let tenant = tenant();
    let routes = Routes::new().get("/users/{user_id}", own);
    let (_, explorer) = explorer(&tenant, &routes);
    let app = explorer.into_router();
    for (user, expected) in [("bob", 200), ("..", 403), (".", 403), ("", 401)] {
        let token = tenant.token().user(user).scopes(["read"]).mint();
        let answer = send(&app, form(&token)).await;
        let rows = rows(&answer.body);
        assert_eq!(rows[0].cells[0].status, expected, "{user:?}");
    }
}

#[tokio::test]
async fn a_token_is_of_the_client_that_the_guard_names() {
    let routes = Routes::new()
        .get("/client", of_client)
        .get("/client-id", of_client_id);
    let rows = shown(&tenant(), routes).await;
    for row in &rows {
        for persona in ["user with the scopes", "machine with the scopes"] {
            assert_eq!(status(row, persona), 200, "{persona} {}", row.head);
        }
        // A registered machine keeps its own id.
        assert_eq!(status(row, "member of acme"), 403, "{}", row.head);
    }
}

#[tokio::test]
async fn all_headers_that_name_the_organization_are_sent() {
    let rows = shown(&tenant(), Routes::new().get("/headers", two_headers)).await;
    assert_eq!(status(&rows[0], "administrator of acme"), 200);
    assert_eq!(status(&rows[0], "member of acme"), 403);
}
