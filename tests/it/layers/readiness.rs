//! The guard polls and calls the same instance of the inner service, as tower requires. A request that waits
//! for keys leaves its place in the inner service to others.

use std::{
    convert::Infallible,
    future::{Ready, ready},
    pin::pin,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    task::{Context, Poll},
    time::Duration,
};

use futures_util::FutureExt;
use http::{Request, Response};
use http_body_util::Empty;
use logto_runtime::{
    Algorithm,
    layer::Require,
    test_util::{SigningKey, TestTenant},
};
use tower::{Layer, Service, ServiceExt, limit::ConcurrencyLimit};

use super::{Anyone, tenant};
use crate::support::PRODUCTS;

type Body = Empty<axum::body::Bytes>;

/// A service that must be polled before each call. A clone has not been polled.
#[derive(Debug, Default)]
struct Strict {
    ready: bool,
}

impl Clone for Strict {
    fn clone(&self) -> Self {
        Self::default()
    }
}

impl Service<Request<()>> for Strict {
    type Response = Response<Body>;
    type Error = Infallible;
    type Future = Ready<Result<Response<Body>, Infallible>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        self.ready = true;
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, _: Request<()>) -> Self::Future {
        assert!(self.ready, "called before `poll_ready`");
        self.ready = false;
        ready(Ok(Response::new(Body::new())))
    }
}

fn request(token: &str) -> Request<()> {
    Request::get("/")
        .header("authorization", format!("Bearer {token}"))
        .body(())
        .unwrap()
}

#[tokio::test]
async fn the_instance_that_was_polled_ready_is_the_one_that_is_called() {
    let tenant = tenant();
    let logto = tenant.logto().build().unwrap();
    let token = tenant.token().user("alice").mint();
    let mut service: Require<Anyone, Strict> = logto.require().layer(Strict::default());
    // When `cold.rs` runs this test, the first request waits for keys. Later requests hit the token cache.
    for _ in 0..3 {
        let service = service.ready().await.unwrap();
        let response = service.call(request(&token)).await.unwrap();
        assert_eq!(response.status(), 200);
    }
}

/// Anyone can send a token whose key is unknown. Such a request waits until the keys are fetched again.
#[tokio::test]
async fn a_request_that_waits_for_keys_leaves_its_place_in_the_service_to_others() {
    let tenant = TestTenant::builder().resource(PRODUCTS, [""; 0]).start();
    let logto = tenant.logto().build().unwrap();
    let token = tenant.token().user("alice").mint();
    let service: Require<Anyone, _> = logto
        .require()
        .layer(ConcurrencyLimit::new(Strict::default(), 1));
    let answer = service.clone().oneshot(request(&token)).await.unwrap();
    assert_eq!(answer.status(), 200);

    tenant.stall();
    let foreign = SigningKey::generate(Algorithm::EdDSA);
    let foreign = tenant.token().user("mallory").signed_by(&foreign).mint();
    let stranger = tokio::spawn(service.clone().oneshot(request(&foreign)));
    tenant.key_set_requested(2).await;
    for _ in 0..2 {
        let answer = service.clone().oneshot(request(&token)).now_or_never();
        let answer = answer.expect("the request waits for the place of the stranger");
        assert_eq!(answer.unwrap().status(), 200);
    }
    tenant.recover();
    assert_eq!(stranger.await.unwrap().unwrap().status(), 401);
}

/// An accepted request waits for a place like any other request.
#[tokio::test]
async fn a_request_that_waited_for_keys_then_waits_for_a_place_in_the_service() {
    let tenant = TestTenant::builder().resource(PRODUCTS, [""; 0]).start();
    tenant.stall();
    let logto = tenant.logto().build().unwrap();
    let token = tenant.token().user("alice").mint();
    let limited = ConcurrencyLimit::new(Strict::default(), 1);
    let service: Require<Anyone, _> = logto.require().layer(limited.clone());
    let mut waiting = tokio::spawn(service.oneshot(request(&token)));
    tenant.key_set_requested(1).await;
    let mut other = limited;
    let place = other.ready().now_or_never();
    place
        .expect("the request that waits for keys holds the place")
        .unwrap();
    tenant.recover();
    logto.verify(&token).await.unwrap();
    assert!((&mut waiting).now_or_never().is_none());
    drop(other);
    assert_eq!(waiting.await.unwrap().unwrap().status(), 200);
}

/// Every check of a guard comes after the last wait, so also after the wait for a place.
#[tokio::test]
async fn a_request_that_waited_for_a_place_is_checked_again_before_the_call() {
    for (what, expected) in [
        ("nothing", 200),
        ("denied", 401),
        ("expired", 401),
        ("denied after another wait", 401),
    ] {
        let tenant = TestTenant::builder().resource(PRODUCTS, [""; 0]).start();
        tenant.stall();
        let denied = Arc::new(AtomicBool::new(false));
        let is_denied = {
            let denied = Arc::clone(&denied);
            move || denied.load(Ordering::SeqCst)
        };
        let logto = match what {
            // Each check asks anew, so the second check waits, too.
            "denied after another wait" => (tenant.logto())
                .deny_if_async(move |_| ready(Ok::<_, Infallible>(is_denied())))
                .deny_remembered_for(Duration::ZERO),
            _ => tenant.logto().deny_if(move |_| is_denied()),
        };
        let logto = logto.build().unwrap();
        let token = tenant.token().user("alice").mint();
        let limited = ConcurrencyLimit::new(Strict::default(), 1);
        let service: Require<Anyone, _> = logto.require().layer(limited.clone());
        let mut waiting = pin!(service.oneshot(request(&token)));
        assert!(waiting.as_mut().now_or_never().is_none());
        tenant.key_set_requested(1).await;
        let mut other = limited;
        other.ready().now_or_never().unwrap().unwrap();
        tenant.recover();
        logto.verify(&token).await.unwrap();
        assert!(waiting.as_mut().now_or_never().is_none(), "{what}");
        match what {
            "nothing" => {}
            "denied" | "denied after another wait" => denied.store(true, Ordering::SeqCst),
            _ => tenant.advance(Duration::from_secs(2 * 60 * 60)),
        }
        drop(other);
        assert_eq!(waiting.await.unwrap().status(), expected, "{what}");
    }
}
