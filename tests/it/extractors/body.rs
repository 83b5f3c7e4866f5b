//! A guard refuses a caller before the body is read, and before the other extractors of the handler run.

use std::{
    convert::Infallible,
    pin::Pin,
    task::{Context, Poll},
};

use axum::{
    Json, Router,
    body::{Body, Bytes},
    extract::{FromRequestParts, Path, Query},
    http::{Request, request::Parts},
    routing::post,
};
use http_body::Frame;
use logto_runtime::{Guard, Logto, require_scopes};
use serde_json::Value;

use super::{alice, tenant};
use crate::support::{Answer, send};

#[require_scopes("read:products")]
async fn by_attribute(Json(body): Json<Value>) -> String {
    body.to_string()
}

#[require_scopes("read:products")]
struct Read;

async fn by_guard(_: Guard<Read>, Json(body): Json<Value>) -> String {
    body.to_string()
}

async fn unguarded(Json(body): Json<Value>) -> String {
    body.to_string()
}

#[require_scopes("read:products")]
async fn picky(_: Query<Picky>, _: Path<u32>, _: Tripwire) -> &'static str {
    "admitted"
}

#[derive(serde::Deserialize)]
#[expect(dead_code, reason = "only parsed")]
struct Picky {
    required: u32,
}

struct Tripwire;

impl<S: Sync> FromRequestParts<S> for Tripwire {
    type Rejection = Infallible;

    async fn from_request_parts(_: &mut Parts, _: &S) -> Result<Self, Infallible> {
        panic!("an extractor ran for a refused caller")
    }
}

/// A body that panics when it is polled.
struct Untouchable;

impl http_body::Body for Untouchable {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        panic!("the body of a refused caller was read")
    }
}

/// A body that stays pending forever.
struct Endless;

impl http_body::Body for Endless {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        Poll::Pending
    }
}

fn app(logto: Logto) -> Router {
    Router::new()
        .route("/attribute", post(by_attribute))
        .route("/guard", post(by_guard))
        .route(
            "/layer",
            post(unguarded).route_layer(logto.require::<Read>()),
        )
        .route("/picky/{id}", post(picky))
        .with_state(logto)
}

fn request(uri: &str, token: Option<&str>, body: Body) -> Request<Body> {
    let mut request = Request::post(uri).header("content-type", "application/json");
    if let Some(token) = token {
        request = request.header("authorization", format!("Bearer {token}"));
    }
    request.body(body).unwrap()
}

#[tokio::test]
async fn the_body_of_a_refused_caller_is_not_read() {
    let tenant = tenant();
    let app = app(tenant.logto().build().unwrap());
    let missing = || Answer::missing("read:products");
    let poor = alice(&tenant).scopes(["nothing"]).mint();
    let lacks = r#"Bearer error="insufficient_scope", scope="read:products""#;
    for uri in ["/attribute", "/guard", "/layer"] {
        for body in [
            Body::from("{broken"),
            Body::new(Untouchable),
            Body::new(Endless),
        ] {
            assert_eq!(
                send(&app, request(uri, None, body)).await,
                missing(),
                "{uri}"
            );
        }
        for body in [
            Body::from("{broken"),
            Body::new(Untouchable),
            Body::new(Endless),
        ] {
            let answer = send(&app, request(uri, Some(&poor), body)).await;
            assert_eq!(
                answer,
                Answer::refused(403, "Insufficient scope", lacks),
                "{uri}"
            );
        }
        let good = alice(&tenant).mint();
        let answer = send(&app, request(uri, Some(&good), Body::from("{broken"))).await;
        assert_eq!(answer.status, 400, "{uri}");
        let answer = send(&app, request(uri, Some(&good), Body::from("[1]"))).await;
        assert_eq!(answer, Answer::ok("[1]"), "{uri}");
    }
}

#[tokio::test]
async fn no_other_extractor_runs_before_a_guard() {
    let tenant = tenant();
    let app = app(tenant.logto().build().unwrap());
    let missing = Answer::missing("read:products");
    let anonymous = request("/picky/no-number", None, Body::empty());
    assert_eq!(send(&app, anonymous).await, missing);
    let good = alice(&tenant).mint();
    let picked = request("/picky/no-number", Some(&good), Body::empty());
    assert_eq!(send(&app, picked).await.status, 400);
}
