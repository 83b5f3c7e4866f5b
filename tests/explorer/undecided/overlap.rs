//! Several routes of a table can fit a request. axum chooses one of them, so the explorer must choose the
//! same.

use super::*;

#[require_auth]
async fn caller() {}

#[require_scopes("write")]
async fn strict() {}

#[require_org_permission("invite")]
async fn member() {}

/// Returns a table in which each route shares requests with another one.
fn routes() -> Routes<Logto> {
    Routes::new()
        .any("/method", caller)
        .get("/method", strict)
        .post("/method", strict)
        .get("/users/{id}", caller)
        .get("/users/1", strict)
        .get("/files/{*path}", caller)
        .get("/files/1", strict)
        .get("/a/{id}", caller)
        .get("/{other}/1", strict)
        .get("/orgs/{organization_id}", member)
        .get("/orgs/acme", caller)
        .nest(
            "/inner",
            Routes::new().get("/{id}", strict).fallback(caller),
        )
        .get("/{id}", strict)
        .fallback(caller)
}

#[tokio::test]
async fn a_cell_shows_the_answer_of_its_own_route_if_several_routes_fit_a_request() {
    let tenant = tenant();
    let logto = tenant.logto().build().unwrap();
    let matrix = logto.explorer(&routes()).tenant(&tenant).matrix().await;
    let column = "user without scopes";
    let column = matrix.personas.iter().position(|it| it == column).unwrap();
    let decided = |method: &str, path: &str, organization: Option<&str>| {
        let mut all = matrix.routes.iter();
        let route = all.find(|it| {
            (
                it.method.as_str(),
                it.path.as_str(),
                it.organization.as_deref(),
            ) == (method, path, organization)
        });
        route.unwrap().cells[column].code.clone()
    };
    for (method, path) in [
        ("*", "/method"),
        ("GET", "/users/{id}"),
        ("GET", "/files/{*path}"),
        ("GET", "/a/{id}"),
        ("*", "/inner/{*rest}"),
        ("*", "/{*rest}"),
    ] {
        assert_eq!(decided(method, path, None), "granted", "{method} {path}");
    }
    assert_eq!(decided("GET", "/{other}/1", None), "no_scopes_granted");
    // `/orgs/acme` is a route of its own.
    let organizations = "/orgs/{organization_id}";
    let decided = |organization| decided("GET", organizations, Some(organization));
    assert_eq!(decided("acme"), "undecided");
    assert_eq!(decided("globex"), "no_scopes_granted");

    let compared = compare(&tenant, &logto, routes(), logto.clone()).await;
    let mut undecided = 0;
    for compared in &compared {
        let told = (
            &compared.route,
            &compared.cell.title,
            &compared.cell.command,
        );
        match compared.shown() {
            ("undecided", 0) => undecided += 1,
            (_, status) => assert_eq!(status, compared.answered, "{told:?}"),
        }
    }
    assert_eq!(undecided, matrix.personas.len());
}
