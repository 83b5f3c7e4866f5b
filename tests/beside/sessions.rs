//! tower-sessions together with a guard.

use axum::{Router, routing::get};
use logto_runtime::{AuthInfo, Logto, require_scopes};
use tower::ServiceBuilder;
use tower_sessions::{MemoryStore, Session, SessionManagerLayer};

use crate::support::{Read, assert_guarded, get as ask, reader, tenant};

#[require_scopes("read:products")]
async fn visit(session: Session, auth: AuthInfo) -> String {
    session.insert("last", auth.subject()).await.unwrap();
    format!("seen {}", auth.subject())
}

fn outside_the_guard(logto: &Logto) -> Router {
    let sessions = SessionManagerLayer::new(MemoryStore::default());
    Router::new()
        .route("/", get(visit))
        .route_layer(logto.require::<Read>())
        .layer(sessions)
        .with_state(logto.clone())
}

fn in_one_stack(logto: &Logto) -> Router {
    let sessions = SessionManagerLayer::new(MemoryStore::default());
    let stack = ServiceBuilder::new()
        .layer(sessions)
        .layer(logto.require::<Read>());
    Router::new()
        .route("/", get(visit))
        .layer(stack)
        .with_state(logto.clone())
}

#[tokio::test]
async fn a_session_does_not_replace_the_token() {
    let tenant = tenant();
    let logto = tenant.logto().build().unwrap();
    for app in [outside_the_guard(&logto), in_one_stack(&logto)] {
        assert_eq!(assert_guarded(&app, &tenant, "/").await, "seen alice");
        let answer = ask(&app, "/", Some(&reader(&tenant))).await;
        let cookie = answer.headers()["set-cookie"].to_str().unwrap().to_owned();
        let request = axum::http::Request::get("/").header("cookie", cookie);
        let request = request.body(axum::body::Body::empty()).unwrap();
        let answer = tower::ServiceExt::oneshot(app, request).await.unwrap();
        assert_eq!(answer.status(), 401);
    }
}
