use std::sync::Arc;

use axum::{
    Router,
    extract::{FromRef, FromRequestParts, Request},
    middleware::{
        Next, from_extractor_with_state, from_fn_with_state, map_request_with_state,
        map_response_with_state,
    },
    response::Response,
    routing::get,
};
use logto_runtime::{
    AuthInfo, Claims, GlobalLogto, Guard, Logto, OrganizationId, require_org_scopes,
};

#[derive(Clone, FromRef)]
struct App {
    logto: Logto,
}

#[require_org_scopes("read:data")]
struct ReadData;

async fn audit(
    _: Guard<ReadData>,
    _: AuthInfo,
    _: Option<AuthInfo>,
    _: OrganizationId,
    _: Claims<()>,
    request: Request,
    next: Next,
) -> Response {
    next.run(request).await
}

fn functions<S>(state: S) -> Router
where
    S: Clone + Send + Sync + 'static,
    Logto: FromRef<S>,
{
    Router::new()
        .route("/", get(async || "[]"))
        .layer(from_fn_with_state(state.clone(), audit))
        .with_state(state)
}

fn extractors(app: App) -> Router {
    Router::new()
        .route("/", get(async || "[]"))
        .layer(from_extractor_with_state::<Guard<ReadData>, _>(app.clone()))
        .layer(from_extractor_with_state::<AuthInfo, _>(app.clone()))
        .layer(from_extractor_with_state::<AuthInfo, _>(app.logto.clone()))
        .layer(from_extractor_with_state::<OrganizationId, _>(GlobalLogto))
        .with_state(app)
}

async fn named(auth: AuthInfo, request: Request) -> Request {
    let _ = auth.subject();
    request
}

async fn answered(_: AuthInfo, response: Response) -> Response {
    response
}

fn maps(app: App) -> Router {
    Router::new()
        .route("/", get(async || "[]"))
        .layer(map_request_with_state(app.clone(), named))
        .layer(map_response_with_state(app, answered))
}

fn without_a_state_of_its_own() -> Router {
    Router::new()
        .route("/", get(async || "[]"))
        .layer(from_fn_with_state(GlobalLogto, audit))
}

/// Has the same bound as `leptos_axum::extract_with_state`.
async fn extract_with_state<T: FromRequestParts<S>, S>(_: &S) -> T {
    unreachable!("only compiled")
}

async fn subject(app: App) -> String {
    let auth: AuthInfo = extract_with_state(&app).await;
    let _: Guard<ReadData> = extract_with_state(&GlobalLogto).await;
    auth.subject().to_owned()
}

pub(crate) fn main() {
    let _ = functions::<Logto>;
    let _ = functions::<App>;
    let _ = functions::<Arc<App>>;
    let _ = extractors;
    let _ = maps;
    let _ = without_a_state_of_its_own;
    let _ = subject;
}
