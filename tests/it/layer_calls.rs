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
        let headers: Vec<_> = request
            .headers()
            .keys()
            .map(http::HeaderName::as_str)
            .collect();
        let answer = format!("{} {} {headers:?}", request.method(), request.uri());
        ready(Ok(Response::new(answer)))
    }
}

fn tenant() -> TestTenant {
    TestTenant::builder().resource(PRODUCTS, [""; 0]).start()
}

fn request(token: Option<TokenBuilder<'_>>) -> Request<Full<Bytes>> {
    let mut headers = HeaderMap::new();
    headers.insert("x-trace", HeaderValue::from_static("1"));
    if let Some(token) = token {
        let value = format!("Bearer {}", token.mint());
        headers.insert("authorization", value.parse().unwrap());
    }
    let mut request = Request::post("/orders?x=1").body(Full::default()).unwrap();
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
        let token = Some(tenant.token());
        let response = guarded.clone().oneshot(request(token)).await.unwrap();
        let answer = Answer::of(response).await;
        let unchanged = r#"POST /orders?x=1 ["x-trace", "authorization"]"#;
        assert_eq!((answer.status, answer.body.as_str()), (200, unchanged));
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
