//! The explorer can't repeat every check of a program. Where it leaves out a check, it never
//! shows 200.

mod foreign;
mod overlap;
mod program;

use axum::{
    Json, Router,
    body::{Body, Bytes},
    extract::{FromRequestParts, OptionalFromRequestParts, Path, Query, State},
    http::{HeaderMap, Method, Request, StatusCode, request::Parts},
    routing::get,
};
use axum_extra::{
    TypedHeader,
    headers::{
        Authorization, Cookie, Header, HeaderName, HeaderValue, Host,
        authorization::{Basic, Bearer},
    },
};
use logto_runtime::{
    AuthInfo, Claims, Credential, Guard, Logto, OrganizationId, Policy, Rejection, TokenOr,
    guarded_by,
    policy::{Requirement, ScopeExpr},
    public, require_auth, require_org_permission, require_scopes,
    routes::Routes,
    test_util::{Membership, TestTenant, User},
};
use web_framework::AppContext;

use self::program::{Plan, routes};
use crate::support::{ShownCell, rows, send};

const API: &str = "https://api.example.com";

fn tenant() -> TestTenant {
    TestTenant::builder()
        .resource(API, ["read", "write"])
        .organization_permissions(["invite"])
        .organization("acme")
        .organization("globex")
        .user(
            User::new("alice")
                .scopes(API, ["read"])
                .member_of("acme", Membership::new().permissions(["invite"])),
        )
        .offline()
        .start()
}

/// A cell of the page, and the status that the API answers to the command in the cell.
struct Compared {
    route: String,
    cell: ShownCell,
    answered: u16,
}

impl Compared {
    fn shown(&self) -> (&str, u16) {
        (
            self.cell.title.rsplit(": ").next().unwrap(),
            self.cell.status,
        )
    }
}

async fn compare<S>(
    tenant: &TestTenant,
    logto: &Logto,
    routes: Routes<S>,
    state: S,
) -> Vec<Compared>
where
    S: Clone + Send + Sync + 'static,
{
    let explorer: Router = logto.explorer(&routes).tenant(tenant).into_router();
    let api = routes.into_router().with_state(state);
    let page = crate::support::get(&explorer, "/").await;
    let mut compared = Vec::new();
    for row in rows(&page.body) {
        for cell in row.cells {
            let command = cell.request();
            let path = command.url.strip_prefix("http://127.0.0.1:3000").unwrap();
            let mut request = Request::builder().method(&*command.method).uri(path);
            for (name, value) in &command.headers {
                request = request.header(name, value.as_bytes());
            }
            let answer = send(&api, request.body(Body::empty()).unwrap()).await;
            compared.push(Compared {
                route: row.head.clone(),
                cell,
                answered: answer.status,
            });
        }
    }
    compared
}

#[tokio::test]
async fn a_cell_is_undecided_if_the_explorer_cannot_repeat_a_check() {
    let tenant = tenant();
    let logto = tenant.logto().build().unwrap();
    let matrix = logto
        .explorer(&routes(&logto))
        .tenant(&tenant)
        .matrix()
        .await;
    let column = |name| matrix.personas.iter().position(|it| it == name).unwrap();
    let (undecided, missing) = ("undecided", "401 missing_token");
    for (path, nobody, with_scopes) in [
        ("/claims", missing, undecided),
        ("/public-claims", missing, undecided),
        ("/extractor", missing, undecided),
        ("/optional-extractor", missing, undecided),
        ("/later", missing, undecided),
        ("/later-either", missing, undecided),
        ("/bearer", undecided, undecided),
        ("/basic", missing, undecided),
        ("/optional-basic", missing, undecided),
        ("/cookies", undecided, undecided),
        ("/partner", undecided, undecided),
        ("/session", undecided, undecided),
        ("/owner", missing, undecided),
        ("/opaque/{*rest}", undecided, undecided),
        ("/layered/{*rest}", missing, undecided),
        ("/either", missing, "200 granted"),
        ("/plain", missing, "200 granted"),
        ("/host", missing, "200 granted"),
        ("/body", missing, "200 granted"),
    ] {
        let route = matrix.routes.iter().find(|it| it.path == path).unwrap();
        let shown = |name| route.cells[column(name)].to_string();
        assert_eq!(shown("nobody"), nobody, "{path}");
        assert_eq!(shown("user with the scopes"), with_scopes, "{path}");
        for cell in &route.cells {
            assert_eq!(cell.status == 0, cell.code == "undecided", "{path}");
        }
    }
    // The JSON and the Markdown table keep undecided cells.
    let again = logto_runtime::explorer::Matrix::from_json(&matrix.to_json()).unwrap();
    assert_eq!(again, matrix);
    assert!(matrix.to_markdown().contains(" undecided |"));
}

/// Each decided cell shows the status that the API answers.
#[tokio::test]
async fn no_cell_shows_200_where_the_api_refuses() {
    let tenant = tenant();
    let logto = tenant.logto().build().unwrap();
    let compared = compare(&tenant, &logto, routes(&logto), logto.clone()).await;
    let mut undecided = 0;
    for compared in &compared {
        let told = (&compared.route, &compared.cell.title);
        match compared.shown() {
            ("undecided", 0) => undecided += 1,
            (_, status) => assert_eq!(status, compared.answered, "{told:?}"),
        }
    }
    assert!(undecided > 20, "{undecided}");
    assert!(compared.iter().any(|it| it.answered == 200));
}

#[tokio::test]
async fn an_undecided_cell_says_what_decides() {
    let tenant = tenant();
    let logto = tenant.logto().build().unwrap();
    let routes = routes(&logto);
    let explorer: Router = logto.explorer(&routes).tenant(&tenant).into_router();
    let page = crate::support::get(&explorer, "/").await;
    let rows = rows(&page.body);
    for (path, reason) in [
        (
            "/claims",
            "Not decided here: the argument `Claims<Plan>` may still reject the request.",
        ),
        (
            "/extractor",
            "Not decided here: the argument `Subscriber` may still reject the request.",
        ),
        (
            "/optional-extractor",
            "Not decided here: the argument `Option<Subscriber>` may still reject the request.",
        ),
        (
            "/later",
            "Not decided here: the argument `Guard<WrittenByHand>` may still reject the request.",
        ),
        (
            "/bearer",
            "Not decided here: the argument `TypedHeader<Authorization<Bearer>>` may still reject the request.",
        ),
        (
            "/session",
            "Not decided here: the handler itself checks its callers (session).",
        ),
        (
            "/owner",
            "Not decided here: the handler itself checks its callers (owner of the document).",
        ),
        (
            "/layered",
            "Not decided here: the guards of the nested router are not known.",
        ),
    ] {
        let row = rows.iter().find(|row| row.head.contains(path)).unwrap();
        let cell = row.cells.iter().find(|cell| cell.status == 0).unwrap();
        assert!(cell.text.contains(reason), "{path}: {}", cell.text);
        // The token and its claims can contain any digits. Everything else is searched.
        let (before_claims, _) = cell
            .text
            .split_once("\nClaims\n")
            .unwrap_or((&cell.text, ""));
        let words = before_claims.split_whitespace();
        let words = words.filter(|word| !word.starts_with("eyJ"));
        let text = words.collect::<Vec<_>>().join(" ");
        assert!(text.contains("Try it"), "{path}: {text}");
        assert!(!text.contains("200"), "{path}: {text}");
    }
    assert!(page.body.contains("its guards are not known here"));
}
