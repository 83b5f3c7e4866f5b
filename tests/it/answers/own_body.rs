//! Custom bodies, rendered by `on_rejection`.

use std::time::Duration;

use axum::{
    body::Body,
    http::{HeaderValue, Request, StatusCode},
    response::{IntoResponse, Response},
};
use http::header::{CACHE_CONTROL, CONTENT_TYPE, RETRY_AFTER, WWW_AUTHENTICATE};
use logto_runtime::Rejection;

use super::{app, expect_token, insufficient, tenant, unavailable};
use crate::support::{Answer, send};

#[tokio::test]
async fn a_custom_body_changes_neither_the_status_nor_the_protected_headers() {
    fn rendered(rejection: &Rejection) -> Response {
        let mut response = format!("{} {rejection}", rejection.status().as_u16()).into_response();
        *response.status_mut() = StatusCode::OK;
        let headers = response.headers_mut();
        headers.insert(CACHE_CONTROL, HeaderValue::from_static("public"));
        headers.append(WWW_AUTHENTICATE, HeaderValue::from_static("Basic"));
        headers.append(WWW_AUTHENTICATE, HeaderValue::from_static("Digest"));
        headers.insert(RETRY_AFTER, HeaderValue::from_static("999"));
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("text/troff"));
        response
    }
    let own = |answer: Answer, body: &str| Answer {
        content_type: Some("text/troff".to_owned()),
        body: body.to_owned(),
        ..answer
    };
    let tenant = tenant();
    let app = app(tenant.logto().on_rejection(rendered));
    tenant.fail(StatusCode::INTERNAL_SERVER_ERROR);
    let down = own(unavailable("1"), "503 Authorization service unavailable");
    expect_token(&app, "/any", tenant.token(), &down).await;
    tenant.recover();
    tenant.advance(Duration::from_secs(1));
    let token = || tenant.token();
    for (uri, token, expected) in [
        ("/any", token(), Answer::ok("admitted")),
        (
            "/any",
            token().opaque(),
            own(Answer::invalid_token(), "401 Invalid token"),
        ),
        (
            "/acme/invite",
            token().organization("acme"),
            own(insufficient("invite:member"), "403 Insufficient scope"),
        ),
        (
            "/unnamed",
            token(),
            own(
                Answer::misconfigured(),
                "500 Authorization is misconfigured",
            ),
        ),
    ] {
        expect_token(&app, uri, token, &expected).await;
    }
    let request = Request::get("/attribute/any").body(Body::empty());
    let answer = send(&app, request.unwrap()).await;
    assert_eq!(answer.challenge.as_deref(), Some("Bearer"));
}
