//! How a refusal is told: as HTTP, or as gRPC to those who speak it.

use axum::{
    body::Body,
    response::{IntoResponse, Response},
};
use http::{HeaderName, HeaderValue, Method, StatusCode, Version, header, request::Parts};

use crate::answer::Rejection;

/// What a request speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Protocol {
    Http,
    Grpc,
}

const GRPC: HeaderValue = HeaderValue::from_static("application/grpc");
const GRPC_STATUS: HeaderName = HeaderName::from_static("grpc-status");
const GRPC_MESSAGE: HeaderName = HeaderName::from_static("grpc-message");

impl Protocol {
    /// A call as gRPC defines it: `POST` over HTTP/2, `te: trailers`, and `application/grpc` with or
    /// without a `+` suffix. Anything less is told a status: a proxy may ask a guarded route whether
    /// to let a request pass, and hand on the caller's content type. gRPC-Web is not meant, either;
    /// its clients read HTTP statuses.
    pub(super) fn of(request: &Parts) -> Self {
        let value = |name| request.headers.get(name).map(HeaderValue::as_bytes);
        let content_type = value(header::CONTENT_TYPE);
        match content_type.and_then(|value| value.strip_prefix(b"application/grpc")) {
            Some([] | [b'+' | b';', ..])
                if request.method == Method::POST
                    && request.version == Version::HTTP_2
                    && value(header::TE) == Some(b"trailers") =>
            {
                Self::Grpc
            }
            _ => Self::Http,
        }
    }

    pub(super) fn answer(self, rejection: Rejection) -> Response {
        match self {
            Self::Http => rejection.into_response(),
            Self::Grpc => grpc_answer(rejection),
        }
    }
}

/// A response of headers only, which gRPC calls "Trailers-Only": HTTP 200, and the status as a
/// number. The challenge, `Retry-After` and what `on_rejection` adds stay as metadata, but for what
/// tells about a body.
fn grpc_answer(rejection: Rejection) -> Response {
    let status = match rejection.status() {
        StatusCode::BAD_REQUEST | StatusCode::UNAUTHORIZED => "16",
        StatusCode::FORBIDDEN => "7",
        StatusCode::SERVICE_UNAVAILABLE => "14",
        _ => "13",
    };
    let message = HeaderValue::from_static(rejection.message());
    let mut response = rejection.into_response().map(|_| Body::empty());
    *response.status_mut() = StatusCode::OK;
    let headers = response.headers_mut();
    for about_the_body in [
        header::CONTENT_LENGTH,
        header::CONTENT_ENCODING,
        header::CONTENT_LANGUAGE,
        header::TRANSFER_ENCODING,
    ] {
        headers.remove(about_the_body);
    }
    headers.insert(header::CONTENT_TYPE, GRPC);
    headers.insert(GRPC_STATUS, HeaderValue::from_static(status));
    headers.insert(GRPC_MESSAGE, message);
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_grpc_itself_is_answered_as_grpc() {
        for (content_type, expected) in [
            ("application/grpc", Protocol::Grpc),
            ("application/grpc+proto", Protocol::Grpc),
            ("application/grpc;x=y", Protocol::Grpc),
            ("application/grpc-web", Protocol::Http),
            ("application/grpcx", Protocol::Http),
            ("application/json", Protocol::Http),
        ] {
            let request = http::Request::post("/greeter")
                .version(Version::HTTP_2)
                .header(header::TE, "trailers")
                .header(header::CONTENT_TYPE, content_type);
            let (parts, ()) = request.body(()).unwrap().into_parts();
            assert_eq!(Protocol::of(&parts), expected, "{content_type}");
        }
        let (nothing, ()) = http::Request::new(()).into_parts();
        assert_eq!(Protocol::of(&nothing), Protocol::Http);
    }
}
