//! A layered REST API: handlers call a service, and the service calls a repository. The state of the router
//! is `Arc<AppState>`.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
};

use axum::{
    Json, Router,
    extract::{FromRef, Path, State},
    http::StatusCode,
};
use logto_runtime::{
    AuthInfo, Logto, OrganizationId, public, require_any, require_auth, require_org_permission,
    require_scopes,
    routes::Routes,
    test_util::{TestTenant, assert_guarded},
};

use crate::support::{Answer, PRODUCTS, ask, get as request, send};

struct AppState {
    logto: Logto,
    todos: TodoService,
}

/// With this `impl` for `AppState`, guards also find the `Logto` in an `Arc<AppState>`.
impl FromRef<AppState> for Logto {
    fn from_ref(state: &AppState) -> Self {
        state.logto.clone()
    }
}

#[derive(Default)]
struct TodoService {
    repository: TodoRepository,
}

impl TodoService {
    fn of(&self, owner: &str) -> Vec<String> {
        self.repository.read(owner)
    }

    fn of_team(&self, team: &OrganizationId) -> Vec<String> {
        self.repository.read(team.as_str())
    }

    fn add(&self, owner: &str, text: String) {
        self.repository.write(owner, text);
    }
}

#[derive(Default)]
struct TodoRepository(Mutex<HashMap<String, Vec<String>>>);

impl TodoRepository {
    fn read(&self, owner: &str) -> Vec<String> {
        self.0
            .lock()
            .unwrap()
            .get(owner)
            .cloned()
            .unwrap_or_default()
    }

    fn write(&self, owner: &str, text: String) {
        let mut all = self.0.lock().unwrap();
        all.entry(owner.to_owned()).or_default().push(text);
    }
}

#[public]
async fn health() -> &'static str {
    "ok"
}

#[require_auth]
async fn my_todos(State(app): State<Arc<AppState>>, auth: AuthInfo) -> Json<Vec<String>> {
    Json(app.todos.of(auth.subject()))
}

#[require_scopes("write:todos", subject = user)]
async fn add_todo(State(app): State<Arc<AppState>>, auth: AuthInfo, text: String) -> StatusCode {
    app.todos.add(auth.subject(), text);
    StatusCode::CREATED
}

#[require_auth(subject = path("user_id"))]
struct OwnTodos;

#[require_scopes("read:all-todos")]
struct Support;

#[require_any(OwnTodos, Support)]
async fn todos_of(
    State(app): State<Arc<AppState>>,
    Path(user_id): Path<String>,
) -> Json<Vec<String>> {
    Json(app.todos.of(&user_id))
}

#[require_org_permission("read:todos")]
async fn todos_of_team(
    State(app): State<Arc<AppState>>,
    team: OrganizationId,
) -> Json<Vec<String>> {
    Json(app.todos.of_team(&team))
}

fn routes() -> Routes<Arc<AppState>> {
    let todos = Routes::new()
        .get("/todos", my_todos)
        .post("/todos", add_todo)
        .get("/users/{user_id}/todos", todos_of)
        .get("/teams/{organization_id}/todos", todos_of_team);
    Routes::new().get("/health", health).nest("/api", todos)
}

fn app(tenant: &TestTenant) -> Router {
    let state = AppState {
        logto: tenant.logto().build().unwrap(),
        todos: TodoService::default(),
    };
    state.todos.add("alice", "milk".to_owned());
    state.todos.add("acme", "audit".to_owned());
    routes().into_router().with_state(Arc::new(state))
}

#[test]
fn every_route_of_the_layered_api_is_in_the_table() {
    assert_guarded(&routes());
    let table: Vec<_> = routes().table().iter().map(ToString::to_string).collect();
    assert_eq!(
        table,
        [
            "GET /health public",
            "GET /api/todos require_auth",
            r#"POST /api/todos require_scopes("write:todos", subject = user)"#,
            r#"GET /api/users/{user_id}/todos require_any(require_auth(subject = path("user_id")), require_scopes("read:all-todos"))"#,
            r#"GET /api/teams/{organization_id}/todos require_org_permission("read:todos")"#,
        ]
    );
}

#[tokio::test]
async fn the_layered_api_answers_its_callers() {
    let tenant = TestTenant::builder()
        .offline()
        .resource(PRODUCTS, [""; 0])
        .start();
    let app = app(&tenant);
    let user = |id: &str| tenant.token().user(id);
    let (milk, audit) = (r#"["milk"]"#, r#"["audit"]"#);
    for (uri, token, expected) in [
        ("/api/todos", user("alice"), (200, milk)),
        ("/api/users/alice/todos", user("alice"), (200, milk)),
        (
            "/api/users/alice/todos",
            user("bob"),
            (403, r#"{"error":"Insufficient scope"}"#),
        ),
        (
            "/api/users/alice/todos",
            user("bob").scopes(["read:all-todos"]),
            (200, milk),
        ),
        (
            "/api/teams/acme/todos",
            user("alice").organization("acme").scopes(["read:todos"]),
            (200, audit),
        ),
        (
            "/api/teams/globex/todos",
            user("alice").organization("acme").scopes(["read:todos"]),
            (403, r#"{"error":"Organization mismatch"}"#),
        ),
    ] {
        let answer = ask(&app, uri, &token.mint()).await;
        assert_eq!((answer.status, &*answer.body), expected, "{uri}");
    }
    assert_eq!(send(&app, request("/health", &[])).await, Answer::ok("ok"));
    assert_eq!(
        send(&app, request("/api/todos", &[])).await,
        Answer::missing("")
    );
}
