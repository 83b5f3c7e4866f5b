//! The layer of a guard calls the inner service only for accepted requests, and does not change these
//! requests.

use std::{
    future::{Ready, ready},
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    task::{Context, Poll},
};

use axum::body::Bytes;
use http::{HeaderMap, HeaderValue, Request, Response};
use http_body_util::Full;
use logto_runtime::{
    require_auth,
    test_util::{TestTenant, TokenBuilder},
};
use tower::{Layer, Service, ServiceExt};

use crate::support::{Answer, PRODUCTS};

#[require_auth]
struct Anyone;

#[derive(Debug, PartialEq)]
struct Overloaded;

/// A service that counts its calls. Its `poll_ready` fails if `overloaded`.
#[derive(Clone, Default)]
struct Counted {
    calls: Arc<AtomicUsize>,
    overloaded: bool,
}

impl Service<Request<Full<Bytes>>> for Counted {
    type Response = Response<String>;
    type Error = Overloaded;
    type Future = Ready<Result<Response<String>, Overloaded>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Overloaded>> {
        match self.overloaded {
            true => Poll::Ready(Err(Overloaded)),
            false => Poll::Ready(Ok(())),
        }
    }

    fn call(&mut self, request: Request<Full<Bytes>>) -> Self::Future {
        self.calls.fetch_add(1, Ordering::Relaxed);
        ready(Ok(Response::new(shown(&request))))
    }
}

/// Returns everything of a request that a client sends.
fn shown(request: &Request<Full<Bytes>>) -> String {
    let (method, uri, headers) = (request.method(), request.uri(), request.headers());
    let body = request.body();
    format!(
        "{method} {uri} {:?} {headers:?} {body:?}",
        request.version()
    )
}

fn tenant() -> TestTenant {
    TestTenant::builder().resource(PRODUCTS, [""; 0]).start()
}

fn request(token: Option<TokenBuilder<'_>>) -> Request<Full<Bytes>> {
    let mut headers = HeaderMap::new();
    for trace in ["1", "2"] {
        headers.append("x-trace", HeaderValue::from_static(trace));
    }
    if let Some(token) = token {
        let value = format!("Bearer {}", token.mint());
        headers.insert("authorization", value.parse().unwrap());
    }
    let body = Full::from("two apples");
    let mut request = Request::post("/orders?x=1").body(body).unwrap();
    *request.headers_mut() = headers;
    request
}

#[tokio::test]
async fn a_refused_request_never_reaches_the_service() {
    let tenant = tenant();
    let service = Counted::default();
    let guarded = tenant.logto().build().unwrap().require::<Anyone>();
    let guarded = guarded.layer(service.clone());
    // The second request waits for keys before it is refused.
    for token in [
        None,
        Some(tenant.token().tampered()),
        Some(tenant.token().claim("exp", 1)),
        Some(tenant.token().tampered()),
        Some(tenant.token().audience("https://elsewhere.example")),
    ] {
        let response = guarded.clone().oneshot(request(token)).await.unwrap();
        assert_eq!(response.status(), 401);
    }
    assert_eq!(service.calls.load(Ordering::Relaxed), 0);
}

#[tokio::test]
async fn an_accepted_request_reaches_the_service_once_and_unchanged() {
    let tenant = tenant();
    let service = Counted::default();
    let guarded = tenant.logto().build().unwrap().require::<Anyone>();
    let guarded = guarded.layer(service.clone());
    for calls in 1..=3 {
        let request = request(Some(tenant.token()));
        let sent = shown(&request);
        for part in [
            "POST /orders?x=1 HTTP/1.1 ",
            r#""x-trace": "1", "x-trace": "2""#,
            "Bearer ey",
            "two apples",
        ] {
            assert!(sent.contains(part), "{part} in {sent}");
        }
        let response = guarded.clone().oneshot(request).await.unwrap();
        let answer = Answer::of(response).await;
        assert_eq!((answer.status, answer.body), (200, sent));
        assert_eq!(service.calls.load(Ordering::Relaxed), calls);
    }
}

#[tokio::test]
async fn an_error_of_poll_ready_is_passed_on() {
    let tenant = tenant();
    let service = Counted {
        overloaded: true,
        ..Counted::default()
    };
    let guarded = tenant.logto().build().unwrap().require::<Anyone>();
    let mut guarded = guarded.layer(service);
    assert_eq!(guarded.ready().await.err(), Some(Overloaded));
}

#[tokio::test]
async fn a_caller_who_hangs_up_while_keys_are_fetched_does_not_reach_the_service() {
    let tenant = tenant();
    tenant.stall();
    let service = Counted::default();
    let guarded = tenant.logto().build().unwrap().require::<Anyone>();
    let guarded = guarded.layer(service.clone());
    let waiting = tokio::spawn(guarded.clone().oneshot(request(Some(tenant.token()))));
    tenant.key_set_requested(1).await;
    waiting.abort();
    assert!(waiting.await.unwrap_err().is_cancelled());
    tenant.recover();
    let response = guarded.oneshot(request(Some(tenant.token()))).await;
    assert_eq!(response.unwrap().status(), 200);
    assert_eq!(service.calls.load(Ordering::Relaxed), 1);
}
