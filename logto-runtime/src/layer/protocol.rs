//! Renders a rejection as an HTTP response or, for a gRPC call, as a gRPC response.

use axum::{
    body::Body,
    response::{IntoResponse, Response},
};
use http::{HeaderName, HeaderValue, Method, StatusCode, Version, header, request::Parts};

use crate::answer::Rejection;

/// The protocol of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Protocol {
    Http,
    Grpc,
}

const GRPC: HeaderValue = HeaderValue::from_static("application/grpc");
const GRPC_STATUS: HeaderName = HeaderName::from_static("grpc-status");
const GRPC_MESSAGE: HeaderName = HeaderName::from_static("grpc-message");

impl Protocol {
    /// Returns `Grpc` for a gRPC call: `POST` over HTTP/2 with `te: trailers` and the content type
    /// `application/grpc`. The content type may have a `+` suffix or parameters.
    ///
    /// Any other request gets the HTTP status. This includes gRPC-Web, whose clients read the HTTP
    /// status.
    ///
    /// The content type alone is not enough. Some proxies first send the headers of a request, including the
    /// content type, to a guarded route. If the HTTP status is 200, the proxy lets the request pass. A gRPC
    /// rejection has this status.
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

    /// Renders a rejection for this protocol.
    pub(super) fn answer(self, rejection: Rejection) -> Response {
        match self {
            Self::Http => rejection.into_response(),
            Self::Grpc => grpc_answer(rejection),
        }
    }
}

/// Renders a response with headers only ("Trailers-Only" in the gRPC protocol): HTTP 200, and the gRPC
/// status as a number.
///
/// Removes headers that describe a body. The other headers stay as metadata: the challenge, `Retry-After`,
/// and headers that `on_rejection` adds.
fn grpc_answer(rejection: Rejection) -> Response {
    // In this order: UNAUTHENTICATED, PERMISSION_DENIED, UNAVAILABLE, INTERNAL.
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
    fn a_call_with_another_content_type_is_not_grpc() {
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
