//! Layers around services that are not axum handlers.

use std::{fmt, future::ready};

use http::{Request, Response};
use http_body_util::Full;
use logto_runtime::AuthInfo;
use tower::{BoxError, Service, ServiceBuilder, ServiceExt, service_fn};

use super::{ReadProducts, insufficient, missing, reader, tenant};
use crate::support::Answer;

type Bytes = axum::body::Bytes;

/// The error type of the service.
#[derive(Debug, PartialEq)]
struct Broken;

impl fmt::Display for Broken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("broken")
    }
}

impl std::error::Error for Broken {}

fn who(request: &Request<u32>) -> Result<Response<Full<Bytes>>, Broken> {
    let auth = request.extensions().get::<AuthInfo>();
    let subject = auth.map_or("nobody", AuthInfo::subject);
    match request.uri().path() {
        "/broken" => Err(Broken),
        _ => Ok(Response::new(Full::from(format!(
            "{subject} {}",
            request.body()
        )))),
    }
}

fn request(uri: &str, token: Option<&str>) -> Request<u32> {
    let mut request = Request::get(uri);
    if let Some(token) = token {
        request = request.header("authorization", format!("Bearer {token}"));
    }
    request.body(7).unwrap()
}

fn answered(body: &str) -> Answer {
    Answer {
        content_type: None,
        ..Answer::ok(body)
    }
}

#[tokio::test]
async fn a_service_can_have_its_own_body_and_error_types() {
    let tenant = tenant();
    let logto = tenant.logto().build().unwrap();
    let service = ServiceBuilder::new()
        .layer(logto.require::<ReadProducts>())
        .service(service_fn(|request| ready(who(&request))));
    let token = reader(&tenant).mint();
    let none = tenant.token().scopes([""; 0]).mint();
    for (token, expected) in [
        (Some(&token), answered("nobody 7")),
        (Some(&none), insufficient("read:products")),
        (None, missing()),
    ] {
        let request = request("/", token.map(String::as_str));
        let response = service.clone().oneshot(request).await.unwrap();
        assert_eq!(Answer::of(response).await, expected);
    }
    let refused = service.clone().oneshot(request("/broken", None)).await;
    assert_eq!(Answer::of(refused.unwrap()).await, missing());
    let broken = service.oneshot(request("/broken", Some(&token))).await;
    assert_eq!(broken.unwrap_err(), Broken);
}

#[tokio::test]
async fn the_setting_with_auth_info_shares_the_caller_with_the_service() {
    let tenant = tenant();
    let logto = tenant.logto().build().unwrap();
    let token = reader(&tenant).mint();
    let shared = ServiceBuilder::new()
        .layer(logto.require::<ReadProducts>().with_auth_info())
        .service(service_fn(|request| ready(who(&request))));
    // When `cold.rs` runs this test, the first request waits for keys. The second one hits the token cache.
    for _ in 0..2 {
        let response = shared.clone().oneshot(request("/", Some(&token))).await;
        assert_eq!(Answer::of(response.unwrap()).await, answered("alice 7"));
    }
}

/// Another layer can put the `AuthInfo` of any caller into the extensions.
#[tokio::test]
async fn an_auth_info_planted_in_the_extensions_is_not_trusted() {
    let tenant = tenant();
    let logto = tenant.logto().build().unwrap();
    let root = tenant.token().user("root").scopes(["read:products"]).mint();
    let root = logto.verify(&root).await.unwrap();
    let service = ServiceBuilder::new()
        .layer(logto.require::<ReadProducts>().with_auth_info())
        .service(service_fn(|request| ready(who(&request))));
    let planted = |token: Option<&str>| {
        let mut request = request("/", token);
        request.extensions_mut().insert(root.clone());
        request
    };
    let response = service.clone().oneshot(planted(None)).await.unwrap();
    assert_eq!(Answer::of(response).await, missing());
    let token = reader(&tenant).mint();
    let response = service.oneshot(planted(Some(&token))).await.unwrap();
    assert_eq!(Answer::of(response).await, answered("alice 7"));
}

/// A tonic server needs a service that is `Clone`, `Send` and `'static`. The error of the response body must
/// convert into a [`BoxError`].
#[test]
fn service_and_future_can_be_sent_to_another_task() {
    fn is_sendable<S, B>(_: &S)
    where
        S: Service<Request<u32>, Response = Response<B>, Future: Send> + Clone + Send + 'static,
        B: http_body::Body<Data = Bytes, Error: Into<BoxError>> + Send + 'static,
    {
    }
    let logto = tenant().logto().build().unwrap();
    let service = ServiceBuilder::new()
        .layer(logto.require::<ReadProducts>())
        .service(service_fn(|request| ready(who(&request))));
    is_sendable(&service);
}
