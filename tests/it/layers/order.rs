//! A guard together with other layers. The documented order, outermost first, is: trace, catch panics, CORS,
//! guard.

use std::sync::{Arc, Mutex};

use axum::{
    Router,
    body::Body,
    http::{Request, Response},
    routing::get as on_get,
};
use logto_runtime::{AuthInfo, RejectionCode, require_scopes, test_util::TestTenant};
use tower::ServiceExt;
use tower_http::{catch_panic::CatchPanicLayer, cors::CorsLayer, trace::TraceLayer};

use super::{ReadProducts, reader, tenant};
use crate::support::{get, with_token};

const ORIGIN: (&str, &[u8]) = ("origin", b"https://app.example.com");

/// Returns the preflight request of a browser for a `GET` with a token.
fn preflight() -> Request<Body> {
    let mut request = get(
        "/products",
        &[
            ORIGIN,
            ("access-control-request-method", b"GET"),
            ("access-control-request-headers", b"authorization"),
        ],
    );
    *request.method_mut() = http::Method::OPTIONS;
    request
}

async fn answer(app: &Router, request: Request<Body>) -> Response<Body> {
    app.clone().oneshot(request).await.unwrap()
}

fn cors() -> CorsLayer {
    CorsLayer::new()
        .allow_origin(["https://app.example.com".parse().unwrap()])
        .allow_headers([http::header::AUTHORIZATION])
}

/// Returns two routers with the same guard. The guard is a layer in the first router, and an attribute in the
/// second.
fn guarded(tenant: &TestTenant) -> [Router; 2] {
    #[require_scopes("read:products")]
    async fn products(auth: AuthInfo) -> String {
        assert_ne!(auth.subject(), "panic", "the handler panics");
        auth.subject().to_owned()
    }
    async fn unguarded(auth: AuthInfo) -> String {
        assert_ne!(auth.subject(), "panic", "the handler panics");
        auth.subject().to_owned()
    }
    let logto = tenant
        .logto()
        .deny_if(|auth| {
            assert_ne!(auth.subject(), "panic-in-deny-if", "deny_if panics");
            false
        })
        .build()
        .unwrap();
    let layer = Router::new()
        .route("/products", on_get(unguarded))
        .layer(logto.require::<ReadProducts>());
    let attribute = Router::new().route("/products", on_get(products));
    [layer, attribute].map(|router| router.with_state(logto.clone()))
}

#[tokio::test]
async fn a_preflight_needs_no_token_if_cors_is_outside_the_guard() {
    let tenant = tenant();
    for app in guarded(&tenant) {
        let app = app.layer(cors());
        let response = answer(&app, preflight()).await;
        assert_eq!(response.status(), 200);
        let allowed = &response.headers()["access-control-allow-headers"];
        assert_eq!(allowed, "authorization");
        // Without `access-control-allow-origin`, a browser hides the refusal from the page.
        let refused = answer(&app, get("/products", &[ORIGIN])).await;
        assert_eq!(refused.status(), 401);
        let origin = &refused.headers()["access-control-allow-origin"];
        assert_eq!(origin, "https://app.example.com");
    }
}

#[tokio::test]
async fn a_preflight_is_refused_if_cors_is_inside_the_guard() {
    let tenant = tenant();
    let logto = tenant.logto().build().unwrap();
    let app = Router::new()
        .route("/products", on_get(async || "products"))
        .layer(cors())
        .layer(logto.require::<ReadProducts>());
    assert_eq!(answer(&app, preflight()).await.status(), 401);
}

#[tokio::test]
async fn a_trace_layer_outside_the_guard_sees_refusals_and_their_codes() {
    let tenant = tenant();
    for app in guarded(&tenant) {
        let seen = Arc::new(Mutex::new(Vec::new()));
        let traced = Arc::clone(&seen);
        let app = app.layer(TraceLayer::new_for_http().on_response(
            move |response: &Response<Body>, _: std::time::Duration, _: &tracing::Span| {
                let code = response.extensions().get::<RejectionCode>();
                let code = code.map(|code| code.as_str());
                traced
                    .lock()
                    .unwrap()
                    .push((response.status().as_u16(), code));
            },
        ));
        answer(&app, get("/products", &[])).await;
        answer(
            &app,
            with_token("/products", &tenant.token().opaque().mint()),
        )
        .await;
        answer(&app, with_token("/products", &reader(&tenant).mint())).await;
        let seen = seen.lock().unwrap();
        let expected = [
            (401, Some("missing_token")),
            (401, Some("opaque_token")),
            (200, None),
        ];
        assert_eq!(*seen, expected);
    }
}

#[tokio::test]
async fn a_panic_of_the_handler_or_the_guard_is_caught_by_an_outer_layer() {
    let tenant = tenant();
    for app in guarded(&tenant) {
        let app = app.layer(CatchPanicLayer::new());
        for subject in ["panic", "panic-in-deny-if"] {
            let token = reader(&tenant).user(subject).mint();
            let response = answer(&app, with_token("/products", &token)).await;
            assert_eq!(response.status(), 500, "{subject}");
        }
        // Later requests still work.
        let response = answer(&app, with_token("/products", &reader(&tenant).mint())).await;
        assert_eq!(response.status(), 200);
    }
}

#[tokio::test]
async fn all_layers_work_together_in_the_documented_order() {
    let tenant = tenant();
    for app in guarded(&tenant) {
        let layers = tower::ServiceBuilder::new()
            .layer(TraceLayer::new_for_http())
            .layer(CatchPanicLayer::new())
            .layer(cors());
        let app = app.layer(layers);
        assert_eq!(answer(&app, preflight()).await.status(), 200);
        assert_eq!(
            answer(&app, get("/products", &[ORIGIN])).await.status(),
            401
        );
        let token = reader(&tenant).mint();
        let response = answer(&app, with_token("/products", &token)).await;
        assert_eq!(response.status(), 200);
    }
}
