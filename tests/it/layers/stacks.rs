//! Common layers outside and inside a guard, in a `ServiceBuilder` and in `.layer()`. Each stack must
//! compile, refuse a request without a token, and accept a request with a token.

use std::{
    convert::Infallible,
    fmt,
    future::{Ready, ready},
    task::{Context, Poll},
    time::Duration,
};

use axum::{
    BoxError, Router,
    body::{Body, Bytes},
    error_handling::HandleErrorLayer,
    extract::DefaultBodyLimit,
    http::{HeaderName, HeaderValue, Request, Response, StatusCode},
    middleware::{self, Next, ResponseAxumBodyLayer},
    routing::get as on_get,
};
use http_body_util::Full;
use logto_runtime::Logto;
use tonic::service::InterceptorLayer;
use tower::{Service, ServiceBuilder, ServiceExt, limit::ConcurrencyLimitLayer};
use tower_http::{
    add_extension::AddExtensionLayer,
    catch_panic::CatchPanicLayer,
    compression::CompressionLayer,
    cors::CorsLayer,
    csrf::CsrfLayer,
    decompression::{DecompressionLayer, RequestDecompressionLayer},
    limit::RequestBodyLimitLayer,
    normalize_path::NormalizePathLayer,
    request_id::{MakeRequestUuid, PropagateRequestIdLayer, SetRequestIdLayer},
    sensitive_headers::SetSensitiveHeadersLayer,
    set_header::SetResponseHeaderLayer,
    timeout::TimeoutLayer,
    trace::TraceLayer,
    validate_request::ValidateRequestHeaderLayer,
};
use tower_sessions::{MemoryStore, SessionManagerLayer};

use super::{Anyone, tenant};
use crate::support::{Answer, get, with_token};

const TIMEOUT: Duration = Duration::from_secs(60);

/// A service that is not an axum handler. It accepts any request body.
#[derive(Clone)]
struct Served;

impl<B> Service<Request<B>> for Served {
    type Response = Response<Full<Bytes>>;
    type Error = Infallible;
    type Future = Ready<Result<Self::Response, Infallible>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, _: Request<B>) -> Self::Future {
        ready(Ok(Response::new(Full::from("served"))))
    }
}

/// Checks that a stack with a guard refuses a request without a token, and passes a request with a token.
async fn refuses_and_passes<S, B>(stack: &str, service: S, token: &str)
where
    S: Service<Request<Body>, Response = Response<B>, Error: fmt::Debug> + Clone,
    B: http_body::Body<Error: fmt::Debug>,
{
    for (request, expected) in [
        (
            get("/", &[]),
            (401, r#"{"error":"Authorization header is missing"}"#),
        ),
        (with_token("/", token), (200, "served")),
    ] {
        let response = service.clone().oneshot(request).await.unwrap();
        let answer = Answer::of(response).await;
        assert_eq!((answer.status, answer.body.as_str()), expected, "{stack}");
    }
}

/// Tries each layer in eight places.
macro_rules! on_both_sides {
    ($($layer:expr),+ $(,)?) => {
        #[tokio::test]
        async fn every_layer_works_on_both_sides_of_a_guard() {
            let tenant = tenant();
            let logto: Logto = tenant.logto().build().unwrap();
            let token = tenant.token().user("alice").mint();
            let guard = || logto.require::<Anyone>();
            let router = || Router::<()>::new().route("/", on_get(async || "served"));
            $({
                let name = stringify!($layer);
                let stack = |place| format!("{name}, {place}");

                let around = ServiceBuilder::new().layer($layer).layer(guard()).service(router());
                refuses_and_passes(&stack("outside, around a router"), around, &token).await;
                let around = ServiceBuilder::new().layer(guard()).layer($layer).service(router());
                refuses_and_passes(&stack("inside, around a router"), around, &token).await;

                let around = ServiceBuilder::new().layer($layer).layer(guard()).service(Served);
                refuses_and_passes(&stack("outside, around a service"), around, &token).await;
                let around = ServiceBuilder::new().layer(guard()).layer($layer).service(Served);
                refuses_and_passes(&stack("inside, around a service"), around, &token).await;

                let added = router().layer(ServiceBuilder::new().layer($layer).layer(guard()));
                refuses_and_passes(&stack("outside, in one `.layer()`"), added, &token).await;
                let added = router().layer(ServiceBuilder::new().layer(guard()).layer($layer));
                refuses_and_passes(&stack("inside, in one `.layer()`"), added, &token).await;

                let added = router().layer(guard()).layer($layer);
                refuses_and_passes(&stack("outside, `.layer()` each"), added, &token).await;
                let added = router().layer($layer).layer(guard());
                refuses_and_passes(&stack("inside, `.layer()` each"), added, &token).await;
            })+
        }
    };
}

on_both_sides! {
    // tower-http
    AddExtensionLayer::new("shared"),
    CatchPanicLayer::new(),
    CompressionLayer::new(),
    CorsLayer::permissive(),
    CsrfLayer::new(),
    DecompressionLayer::new(),
    NormalizePathLayer::trim_trailing_slash(),
    PropagateRequestIdLayer::x_request_id(),
    RequestBodyLimitLayer::new(1024),
    RequestDecompressionLayer::new(),
    SetRequestIdLayer::x_request_id(MakeRequestUuid),
    SetResponseHeaderLayer::overriding(X_SERVED, HeaderValue::from_static("yes")),
    SetSensitiveHeadersLayer::new([http::header::AUTHORIZATION]),
    TimeoutLayer::with_status_code(StatusCode::SERVICE_UNAVAILABLE, TIMEOUT),
    TraceLayer::new_for_http(),
    ValidateRequestHeaderLayer::accept("text/plain"),
    // tower
    ConcurrencyLimitLayer::new(8),
    ServiceBuilder::new()
        .layer(HandleErrorLayer::new(async |_: BoxError| StatusCode::SERVICE_UNAVAILABLE))
        .layer(tower::timeout::TimeoutLayer::new(TIMEOUT)),
    ServiceBuilder::new()
        .layer(HandleErrorLayer::new(async |_: BoxError| StatusCode::SERVICE_UNAVAILABLE))
        .load_shed(),
    // axum
    DefaultBodyLimit::max(1024),
    ResponseAxumBodyLayer,
    axum::Extension("shared"),
    middleware::from_fn(function),
    middleware::map_response(unchanged),
    // tonic
    InterceptorLayer::new(|request: tonic::Request<()>| Ok(request)),
    // Others
    SessionManagerLayer::new(MemoryStore::default()),
}

const X_SERVED: HeaderName = HeaderName::from_static("x-served");

async fn function(request: Request<Body>, next: Next) -> Response<Body> {
    next.run(request).await
}

async fn unchanged<B>(response: Response<B>) -> Response<B> {
    response
}
