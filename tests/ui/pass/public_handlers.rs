#![forbid(unsafe_code)]

use axum::{Json, Router, extract::State, routing::get};
use logto_runtime::{
    AuthInfo, Logto, public,
    routes::{Access, Routes},
};

#[public]
async fn health() -> &'static str {
    "ok"
}

#[public()]
#[tracing::instrument(skip_all)]
#[axum::debug_handler(state = Logto)]
async fn who(auth: Option<AuthInfo>, State(_): State<Logto>) -> Json<Option<String>> {
    Json(auth.map(|auth| auth.subject().to_owned()))
}

#[public(crate = logto_runtime)]
async fn generic<T: Clone + Send + Sync + 'static>(State(_): State<T>) {}

pub(crate) fn main() {
    let routes = Routes::<Logto>::new()
        .get("/health", health)
        .get("/who", who)
        .get("/generic", generic::<Logto>);
    for route in routes.table() {
        assert_eq!(route.access, Access::Public, "{}", route.path);
    }
    let _: Router<Logto> = Router::new()
        .merge(routes.into_router())
        .route("/again", get(health));
}
