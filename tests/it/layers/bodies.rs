//! Response bodies of the guarded service pass through the layer unchanged. The body of a refusal has a known
//! size.

use std::{
    convert::Infallible,
    future::ready,
    pin::Pin,
    task::{Context, Poll},
};

use axum::body::Bytes;
use http::{HeaderMap, HeaderValue, Request, Response};
use http_body::{Body, Frame};
use http_body_util::{BodyExt, Full, combinators::UnsyncBoxBody};
use logto_runtime::layer::RequireBody;
use tower::{BoxError, ServiceBuilder, ServiceExt, service_fn};

use super::{Anyone, tenant};

type Inner = UnsyncBoxBody<Bytes, BoxError>;

async fn through_the_layer(body: fn() -> Inner, with_token: bool) -> Response<RequireBody<Inner>> {
    let tenant = tenant();
    let logto = tenant.logto().build().unwrap();
    let service = ServiceBuilder::new()
        .layer(logto.require::<Anyone>())
        .service(service_fn(move |_: Request<()>| {
            ready(Ok::<_, Infallible>(Response::new(body())))
        }));
    let mut request = Request::new(());
    if with_token {
        let token = format!("Bearer {}", tenant.token().mint());
        let token = HeaderValue::from_str(&token).unwrap();
        request.headers_mut().insert("authorization", token);
    }
    service.oneshot(request).await.unwrap()
}

#[tokio::test]
async fn data_trailers_and_size_hint_come_from_the_inner_body() {
    fn with_trailers() -> Inner {
        let trailers = HeaderMap::from_iter([("x-sum".parse().unwrap(), HeaderValue::from(3))]);
        Full::new(Bytes::from_static(b"abc"))
            .with_trailers(ready(Some(Ok(trailers))))
            .map_err(|never: Infallible| match never {})
            .boxed_unsync()
    }
    let body = through_the_layer(with_trailers, true).await.into_body();
    assert!(!body.is_end_stream());
    let collected = body.collect().await.unwrap();
    assert_eq!(collected.trailers().unwrap()["x-sum"], "3");
    assert_eq!(collected.to_bytes(), "abc");

    let full = || Full::from("abc").map_err(BoxError::from).boxed_unsync();
    let body = through_the_layer(full, true).await.into_body();
    assert_eq!(body.size_hint().exact(), Some(3));
}

/// A body that yields one frame or one error.
struct Once<F>(Option<F>);

impl<F> Body for Once<F>
where
    F: FnOnce() -> Result<Frame<Bytes>, BoxError> + Unpin,
{
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        Poll::Ready(self.0.take().map(|frame| frame()))
    }
}

#[tokio::test]
async fn an_error_of_a_body_is_passed_on() {
    fn failing() -> Inner {
        let cut_off = || Err::<Frame<Bytes>, _>(BoxError::from("cut off"));
        Once(Some(cut_off)).boxed_unsync()
    }
    let body = through_the_layer(failing, true).await.into_body();
    let error = body.collect().await.unwrap_err();
    assert_eq!(error.to_string(), "cut off");
}

#[tokio::test]
async fn a_refusal_has_a_body_of_known_size() {
    let empty = || Full::default().map_err(BoxError::from).boxed_unsync();
    let response = through_the_layer(empty, false).await;
    let size = response.body().size_hint().exact().unwrap();
    let body = response.into_body().collect().await.unwrap().to_bytes();
    assert_eq!(body, r#"{"error":"Authorization header is missing"}"#);
    assert_eq!(body.len() as u64, size);
}
