//! Two ways to guard routes whose state is a type of another crate: a layer, and an extractor that
//! the program defines. Neither way needs `state = …` in an attribute.

use axum::{Extension, Router, extract::FromRequestParts, http::request::Parts, routing::get};
use logto_runtime::{
    AuthInfo, Guard, Logto, Policy, Rejection, require_scopes, test_util::TestTenant,
};
use web_framework::AppContext;

use crate::support::{Answer, PRODUCTS, ask, get as request, send};

#[require_scopes("read:notes")]
struct ReadNotes;

async fn layered(Extension(auth): Extension<AuthInfo>) -> String {
    auth.subject().to_owned()
}

/// A guard that finds its `Logto` in the framework's state.
struct Checked<P>(Guard<P>);

impl<P: Policy> FromRequestParts<AppContext> for Checked<P> {
    type Rejection = Rejection;

    async fn from_request_parts(parts: &mut Parts, ctx: &AppContext) -> Result<Self, Rejection> {
        let logto: Logto = ctx.get().expect("the program adds a `Logto` at its start");
        Guard::from_request_parts(parts, &logto).await.map(Self)
    }
}

async fn extracted(Checked(guard): Checked<ReadNotes>) -> String {
    guard.subject().to_owned()
}

#[tokio::test]
async fn a_layer_and_an_extractor_guard_routes_with_a_foreign_state() {
    let tenant = TestTenant::builder()
        .offline()
        .resource(PRODUCTS, [""; 0])
        .start();
    let logto = tenant.logto().build().unwrap();
    let guard = logto.require::<ReadNotes>().with_auth_info();
    let app = Router::new()
        .route("/layered", get(layered))
        .route_layer(guard)
        .route("/extracted", get(extracted))
        .with_state(AppContext::with(logto));
    let token = tenant.token().user("alice");
    let may = token.scopes(["read:notes"]).mint();
    let may_not = tenant.token().user("alice").mint();
    for uri in ["/layered", "/extracted"] {
        assert_eq!(ask(&app, uri, &may).await, Answer::ok("alice"), "{uri}");
        assert_eq!(ask(&app, uri, &may_not).await.status, 403, "{uri}");
        let nobody = send(&app, request(uri, &[])).await;
        assert_eq!(nobody, Answer::missing("read:notes"), "{uri}");
    }
}
