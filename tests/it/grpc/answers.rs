//! The gRPC status that a caller gets from a guard, and the HTTP response that carries it.

use std::{slice, time::Duration};

use axum::{
    Router,
    body::Body,
    http::Request,
    routing::{any, get as on_get},
};
use http::{HeaderMap, Method, StatusCode, Version};
use http_body_util::BodyExt;
use logto_runtime::{Rejection, RejectionCode};
use tonic::{
    Code,
    service::{InterceptorLayer, Routes},
    transport::Server,
};
use tower::ServiceExt;
use tower_http::{cors::CorsLayer, timeout::TimeoutLayer};

use super::{
    ReadProducts, Unnamed, call, connect, listen, reader, served,
    service::{Greeter, METHOD},
};
use crate::support::{Answer, get, send, tenant};

fn bearer(token: impl AsRef<str>) -> String {
    format!("Bearer {}", token.as_ref())
}

#[tokio::test]
async fn an_accepted_caller_is_served_and_known_to_the_service() {
    let tenant = tenant();
    let channel = served::<ReadProducts>(tenant.logto()).await;
    // The first call waits for keys, the second one does not.
    for _ in 0..2 {
        let token = bearer(reader(&tenant).mint());
        let answer = call(&channel, &[token]).await.unwrap();
        assert_eq!(answer, "hello alice");
    }
}

#[tokio::test]
async fn other_layers_of_a_server_work_outside_and_inside_the_guard() {
    let tenant = tenant();
    let guard = tenant.logto().build().unwrap();
    let guard = guard.require::<ReadProducts>().with_auth_info();
    let timeout = || {
        let status = StatusCode::SERVICE_UNAVAILABLE;
        TimeoutLayer::with_status_code(status, Duration::from_secs(60))
    };
    let (listener, address) = listen().await;
    let server = Server::builder()
        .layer(InterceptorLayer::new(Ok))
        .layer(CorsLayer::permissive())
        .layer(timeout())
        .layer(guard)
        .layer(InterceptorLayer::new(Ok))
        .layer(timeout())
        .add_service(Greeter)
        .serve_with_incoming(listener);
    tokio::spawn(server);
    let channel = connect(address).await;
    let token = bearer(reader(&tenant).mint());
    assert_eq!(call(&channel, &[token]).await.unwrap(), "hello alice");
    let refused = call(&channel, &[]).await.unwrap_err();
    assert_eq!(refused.code(), Code::Unauthenticated);
}

#[tokio::test]
async fn refusals_are_statuses_with_message_and_challenge() {
    let tenant = tenant();
    let channel = served::<ReadProducts>(tenant.logto()).await;
    let token = || reader(&tenant);
    let good = bearer(token().mint());
    let invalid = r#"Bearer error="invalid_token""#;
    for (authorization, code, message, challenge) in [
        (
            vec![],
            Code::Unauthenticated,
            "Authorization header is missing",
            r#"Bearer scope="read:products""#,
        ),
        (
            vec!["Basic dTpw".to_owned()],
            Code::Unauthenticated,
            "Authorization header must start with \"Bearer \"",
            "Bearer",
        ),
        (
            vec![bearer("opaque")],
            Code::Unauthenticated,
            "Invalid token",
            invalid,
        ),
        (
            vec![bearer(token().tampered().mint())],
            Code::Unauthenticated,
            "Invalid token",
            invalid,
        ),
        (
            vec![bearer(token().resource("https://other.example").mint())],
            Code::Unauthenticated,
            "Invalid audience",
            invalid,
        ),
        (
            vec![good.clone(), good],
            Code::Unauthenticated,
            "Multiple Authorization headers",
            r#"Bearer error="invalid_request""#,
        ),
        (
            vec![bearer(token().scopes(["write:products"]).mint())],
            Code::PermissionDenied,
            "Insufficient scope",
            r#"Bearer error="insufficient_scope", scope="read:products""#,
        ),
    ] {
        let status = call(&channel, &authorization).await.unwrap_err();
        assert_eq!((status.code(), status.message()), (code, message));
        let sent = status.metadata().get("www-authenticate");
        assert_eq!(sent.unwrap(), challenge, "{message}");
    }
    assert_eq!(Code::Unauthenticated as i32, 16);
    assert_eq!(Code::PermissionDenied as i32, 7);
}

#[tokio::test]
async fn faults_of_the_service_have_their_own_statuses() {
    let tenant = tenant();
    let token = bearer(reader(&tenant).mint());
    let misconfigured = served::<Unnamed>(tenant.logto()).await;
    let status = call(&misconfigured, slice::from_ref(&token))
        .await
        .unwrap_err();
    assert_eq!(status.code(), Code::Internal);
    assert_eq!(status.message(), "Authorization is misconfigured");

    tenant.fail(StatusCode::BAD_GATEWAY);
    let without_keys = served::<ReadProducts>(tenant.logto()).await;
    let status = call(&without_keys, &[token]).await.unwrap_err();
    assert_eq!(status.code(), Code::Unavailable);
    assert_eq!(status.message(), "Authorization service unavailable");
    assert_eq!(status.metadata().get("retry-after").unwrap(), "1");
}

fn grpc_request(content_type: &str) -> Request<Body> {
    Request::post(METHOD)
        .version(Version::HTTP_2)
        .header("content-type", content_type)
        .header("te", "trailers")
        .body(Body::empty())
        .unwrap()
}

/// The gRPC protocol names this response "Trailers-Only".
#[tokio::test]
async fn a_refusal_is_an_http_response_with_status_200_and_headers_only() {
    let tenant = tenant();
    let own_body = |_: &Rejection| {
        let headers = [("content-encoding", "br"), ("content-language", "de")];
        (headers, "a body of the program")
    };
    for logto in [tenant.logto(), tenant.logto().on_rejection(own_body)] {
        let logto = logto.build().unwrap();
        let app = Routes::new(Greeter)
            .into_axum_router()
            .layer(logto.require::<ReadProducts>());
        let response = app.oneshot(grpc_request("application/grpc")).await.unwrap();
        let code = response.extensions().get::<RejectionCode>();
        assert_eq!(code.unwrap().as_str(), "missing_token");
        let (head, body) = response.into_parts();
        assert_eq!(head.status, 200);
        let expected = HeaderMap::from_iter(
            [
                ("content-type", "application/grpc"),
                ("grpc-status", "16"),
                ("grpc-message", "Authorization header is missing"),
                ("www-authenticate", r#"Bearer scope="read:products""#),
                ("cache-control", "no-store"),
            ]
            .map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap())),
        );
        assert_eq!(head.headers, expected);
        let body = body.collect().await.unwrap();
        assert!(body.trailers().is_none() && body.to_bytes().is_empty());
    }
}

#[tokio::test]
async fn one_guard_serves_grpc_and_http() {
    let tenant = tenant();
    let logto = tenant.logto().build().unwrap();
    let app = Routes::new(Greeter)
        .into_axum_router()
        .route("/products", on_get(async || "products"))
        .layer(logto.require::<ReadProducts>());
    let missing = Answer::missing("read:products");
    assert_eq!(send(&app, get("/products", &[])).await, missing);
    // A gRPC-Web request gets the HTTP status, because gRPC-Web clients read that status.
    let web = send(&app, grpc_request("application/grpc-web+proto")).await;
    assert_eq!(web, missing);
    let grpc = send(&app, grpc_request("application/grpc+proto")).await;
    assert_eq!((grpc.status, grpc.body.as_str()), (200, ""));
}

/// Some proxies ask a guarded route whether a request is authorized. They forward headers that the caller
/// chose, and read the status. If the status were 200, the caller would pass.
#[tokio::test]
async fn a_content_type_alone_does_not_turn_a_refusal_into_200() {
    let tenant = tenant();
    let logto = tenant.logto().build().unwrap();
    let app = Router::new()
        .route("/auth", any(async || "in"))
        .route_layer(logto.require::<ReadProducts>());
    let missing = Answer::missing("read:products");
    let changes: [fn(&mut Request<Body>); 5] = [
        |request| *request.method_mut() = Method::GET,
        |request| *request.version_mut() = Version::HTTP_11,
        |request| *request.version_mut() = Version::HTTP_10,
        |request| drop(request.headers_mut().remove("te")),
        |request| drop(request.headers_mut().insert("te", "gzip".parse().unwrap())),
    ];
    for change in changes {
        let mut request = grpc_request("application/grpc");
        *request.uri_mut() = "/auth".parse().unwrap();
        change(&mut request);
        let name = format!("{request:?}");
        assert_eq!(send(&app, request).await, missing, "{name}");
    }
}
