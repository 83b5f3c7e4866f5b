//! The guard polls and calls the same instance of the inner service, as tower requires.

use std::{
    convert::Infallible,
    future::{Ready, ready},
    task::{Context, Poll},
};

use http::{Request, Response};
use http_body_util::Empty;
use logto_runtime::layer::Require;
use tower::{Layer, Service, ServiceExt};

use super::{Anyone, tenant};

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

#[tokio::test]
async fn the_instance_that_was_polled_ready_is_the_one_that_is_called() {
    let tenant = tenant();
    let logto = tenant.logto().build().unwrap();
    let token = tenant.token().user("alice").mint();
    let mut service: Require<Anyone, Strict> = logto.require().layer(Strict::default());
    // When `cold.rs` runs this test, the first request waits for keys. Later requests hit the token cache.
    for _ in 0..3 {
        let request = Request::get("/")
            .header("authorization", format!("Bearer {token}"))
            .body(())
            .unwrap();
        let response = service.ready().await.unwrap().call(request).await.unwrap();
        assert_eq!(response.status(), 200);
    }
}
