//! A large application with nine groups of routes. Two of them are public. Callers have tokens, sessions or
//! API keys.

use axum::{
    Router,
    extract::{FromRef, OptionalFromRequestParts, State},
    http::{HeaderMap, StatusCode, header::COOKIE, request::Parts},
    routing::get,
};
use logto_runtime::{
    Credential, Guard, Logto, TokenOr, guarded_by, public, require_auth, require_org_permission,
    require_org_scopes, require_scopes,
    routes::{Access, Routes},
    test_util::{TestTenant, assert_guarded},
};

use crate::support::{Answer, PRODUCTS, ask, get as request, send};

#[derive(Clone, FromRef)]
struct App {
    logto: Logto,
    keys: Keys,
}

/// The API keys and their owners. A real program has them in its database.
#[derive(Clone)]
struct Keys(&'static [(&'static str, &'static str)]);

impl Keys {
    async fn owner(&self, key: &[u8]) -> Option<&'static str> {
        tokio::task::yield_now().await; // stands for a query of a database
        let found = self.0.iter().find(|(known, _)| known.as_bytes() == key);
        found.map(|(_, owner)| *owner)
    }
}

#[derive(Debug)]
struct ApiKey {
    owner: &'static str,
}

impl Credential for ApiKey {
    const NAME: &'static str = "API key";
}

impl<S> OptionalFromRequestParts<S> for ApiKey
where
    Keys: FromRef<S>,
    S: Send + Sync,
{
    type Rejection = (StatusCode, &'static str);

    async fn from_request_parts(
        parts: &mut Parts,
        state: &S,
    ) -> Result<Option<Self>, Self::Rejection> {
        let mut keys = parts.headers.get_all("x-api-key").iter();
        let Some(key) = keys.next() else {
            return Ok(None);
        };
        let refused = (StatusCode::UNAUTHORIZED, "API key not accepted");
        if keys.next().is_some() {
            return Err(refused);
        }
        let owner = Keys::from_ref(state).owner(key.as_bytes()).await;
        Ok(Some(Self {
            owner: owner.ok_or(refused)?,
        }))
    }
}

#[require_scopes("read:models")]
pub(super) struct ReadModels;

#[require_scopes("write:models")]
struct WriteModels;

#[require_scopes("admin", org = any)]
struct Admin;

#[require_org_permission("read:billing", org = token)]
struct Billing;

async fn models(caller: TokenOr<ReadModels, ApiKey>) -> String {
    match caller {
        TokenOr::Token(guard) => guard.subject().to_owned(),
        TokenOr::Credential(key) => key.owner.to_owned(),
    }
}

/// Needs a session that another part of the program has begun. The handler itself checks the session.
#[guarded_by("session")]
async fn dashboard(headers: HeaderMap) -> Result<&'static str, StatusCode> {
    let session = headers.get(COOKIE).filter(|cookie| *cookie == "session=1");
    session.map(|_| "dashboard").ok_or(StatusCode::UNAUTHORIZED)
}

#[require_scopes("read:documents")]
#[guarded_by("owner of the document")]
async fn document(State(app): State<App>, headers: HeaderMap) -> StatusCode {
    let _ = (app, headers);
    StatusCode::FORBIDDEN
}

async fn written(_: Guard<WriteModels>) -> &'static str {
    "written"
}

#[require_auth(subject = path("user_id"))]
async fn profile() -> &'static str {
    "profile"
}

#[require_org_scopes("read:datasets")]
async fn datasets() -> &'static str {
    "datasets"
}

#[public]
async fn pricing() -> &'static str {
    "pricing"
}

fn routes(logto: &Logto) -> Routes<App> {
    let plain = |body: &'static str| Router::new().route("/x", get(async move || body));
    Routes::new()
        .nest("/models", Routes::new().get("/", models).post("/", written))
        .nest("/users", Routes::new().get("/{user_id}", profile))
        .nest(
            "/orgs/{organization_id}",
            Routes::new().get("/datasets", datasets),
        )
        .nest("/documents", Routes::new().get("/{id}", document))
        .nest("/dashboard", Routes::new().get("/", dashboard))
        .nest_guarded("/admin", plain("admin"), logto.require::<Admin>())
        .nest_guarded("/billing", plain("billing"), logto.require::<Billing>())
        .nest_public("/static", plain("static"))
        .nest("/pricing", Routes::new().get("/", pricing))
}

pub(super) fn tenant() -> TestTenant {
    TestTenant::builder()
        .offline()
        .resource(PRODUCTS, [""; 0])
        .start()
}

pub(super) fn app(tenant: &TestTenant) -> Router {
    let logto = tenant.logto().build().unwrap();
    let app = routes(&logto).into_router();
    app.with_state(App {
        logto,
        keys: Keys(&[("k1", "acme")]),
    })
}

#[test]
fn every_group_of_the_large_application_is_in_the_table() {
    let logto = tenant().logto().build().unwrap();
    let routes = routes(&logto);
    assert_guarded(&routes);
    let table: Vec<_> = routes.table().iter().map(ToString::to_string).collect();
    assert_eq!(
        table,
        [
            r#"GET /models require_any(require_scopes("read:models"), guarded_by("API key"))"#,
            r#"POST /models require_scopes("write:models")"#,
            r#"GET /users/{user_id} require_auth(subject = path("user_id"))"#,
            r#"GET /orgs/{organization_id}/datasets require_org_scopes("read:datasets")"#,
            r#"GET /documents/{id} require_scopes("read:documents") + guarded_by("owner of the document")"#,
            r#"GET /dashboard guarded_by("session")"#,
            r#"* /admin/{*rest} require_scopes("admin", org = any)"#,
            r#"* /billing/{*rest} require_org_permission("read:billing", org = token)"#,
            "* /static/{*rest} public",
            "GET /pricing public",
        ]
    );
    let public = routes
        .table()
        .iter()
        .filter(|route| route.access == Access::Public);
    assert_eq!(public.count(), 2);
}

#[tokio::test]
async fn the_groups_answer_their_callers() {
    let tenant = tenant();
    let app = app(&tenant);
    let user = || tenant.token().user("alice");
    let acme = || user().organization("acme");
    for (uri, token, status) in [
        ("/users/alice", user(), 200),
        ("/users/bob", user(), 403),
        (
            "/orgs/acme/datasets",
            acme().resource(PRODUCTS).scopes(["read:datasets"]),
            200,
        ),
        (
            "/orgs/globex/datasets",
            acme().resource(PRODUCTS).scopes(["read:datasets"]),
            403,
        ),
        ("/admin/x", user().scopes(["admin"]), 200),
        ("/admin/x", user(), 403),
        ("/billing/x", acme().scopes(["read:billing"]), 200),
        ("/billing/x", user(), 401),
        ("/documents/7", user(), 403),
        ("/static/x", user(), 200),
        ("/pricing", user(), 200),
        // This handler accepts a session, and does not accept a token.
        ("/dashboard", user(), 401),
    ] {
        assert_eq!(ask(&app, uri, &token.mint()).await.status, status, "{uri}");
    }
    let session = request("/dashboard", &[("cookie", b"session=1")]);
    assert_eq!(send(&app, session).await, Answer::ok("dashboard"));
    let nobody = send(&app, request("/documents/7", &[])).await;
    assert_eq!(nobody, Answer::missing("read:documents"));
}
