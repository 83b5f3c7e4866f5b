use std::sync::Arc;

use axum::{
    Router,
    extract::{FromRef, State},
    routing::get,
};
use logto_runtime::{
    AuthInfo, Claims, GlobalLogto, Guard, Logto, OrganizationId, require_org_scopes, require_scopes,
};

#[derive(Clone, FromRef)]
struct App {
    logto: Logto,
    name: &'static str,
}

#[derive(Clone)]
struct Shared(Arc<App>);

impl FromRef<Shared> for Logto {
    fn from_ref(shared: &Shared) -> Self {
        shared.0.logto.clone()
    }
}

#[require_scopes("read:products")]
async fn named(State(name): State<&'static str>) -> &'static str {
    name
}

#[require_scopes("read:products")]
async fn shared(State(Shared(app)): State<Shared>) -> &'static str {
    app.name
}

#[require_scopes("read:products")]
async fn any_state() {}

#[require_scopes("read:products")]
async fn generic<S>(State(_): State<S>) -> &'static str
where
    S: Clone + Send + Sync + 'static,
    Logto: FromRef<S>,
{
    "generic"
}

/// Uses the most common state in axum programs.
#[require_scopes("read:products")]
async fn counted(State(app): State<Arc<App>>, _: AuthInfo) -> &'static str {
    app.name
}

#[require_org_scopes("read:data")]
struct ReadData;

async fn every_extractor(
    _: Guard<ReadData>,
    _: Option<AuthInfo>,
    _: OrganizationId,
    _: Claims<()>,
    State(app): State<Arc<Shared>>,
) -> &'static str {
    app.0.name
}

pub(crate) fn main() {
    let _: Router<App> = Router::new()
        .route("/", get(named))
        .route("/any", get(any_state))
        .route("/generic", get(generic::<App>));
    let _: Router<Shared> = Router::new()
        .route("/", get(shared))
        .route("/any", get(any_state));
    let _: Router<Logto> = Router::new().route("/", get(any_state));
    let _: Router<GlobalLogto> = Router::new().route("/", get(any_state));
    let _: Router<Arc<Logto>> = Router::new().route("/", get(any_state));
    let _: Router<Arc<App>> = Router::new()
        .route("/", get(counted))
        .route("/any", get(any_state))
        .route("/generic", get(generic::<Arc<App>>));
    let _: Router<Arc<Shared>> = Router::new().route("/", get(every_extractor));
    let _: Router<Arc<Arc<App>>> = Router::new().route("/", get(any_state));
}
