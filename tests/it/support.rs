//! Helpers for the tests of guarded APIs: constants, requests, and [`Answer`]. An `Answer` holds the parts of
//! a response that tests compare.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use axum::{Router, body::Body, http::Request, response::IntoResponse};
use http::{
    HeaderMap, HeaderName, Response,
    header::{AUTHORIZATION, CACHE_CONTROL, CONTENT_TYPE, RETRY_AFTER, WWW_AUTHENTICATE},
};
use http_body_util::BodyExt as _;
use logto_runtime::{
    LogtoBuilder, Rejection, inventory::guards, policy::Requirement, test_util::TestTenant,
};
use tower::ServiceExt;

pub(crate) const PRODUCTS: &str = "https://api.example.com/products";
pub(crate) const ORG: &str = "https://api.example.com/org";

pub(crate) const INVALID_TOKEN: &str = r#"Bearer error="invalid_token""#;
pub(crate) const EXPIRED: &str =
    r#"Bearer error="invalid_token", error_description="The access token expired""#;
pub(crate) const INSUFFICIENT_SCOPE: &str = r#"Bearer error="insufficient_scope""#;

/// The time that the stopped clock of a tenant shows, in seconds since the Unix epoch.
pub(crate) const NOW: u64 = 1_800_000_000;

pub(crate) fn at(unix_seconds: u64) -> SystemTime {
    UNIX_EPOCH + Duration::from_secs(unix_seconds)
}

/// Starts a tenant with one resource and a stopped clock.
pub(crate) fn tenant() -> TestTenant {
    let tenant = TestTenant::builder()
        .resource(PRODUCTS, ["read:products"])
        .start();
    tenant.set_now(at(NOW));
    tenant
}

/// Adds the resources of all guards in this test binary to the builder. `warm_up` fails if the builder lacks
/// one of these resources.
pub(crate) fn with_resources_of_all_guards(builder: LogtoBuilder) -> LogtoBuilder {
    fn add(builder: LogtoBuilder, requirement: &Requirement) -> LogtoBuilder {
        let builder = match requirement.resource() {
            None => builder,
            Some(indicator) if indicator.contains(':') => builder.resource(indicator),
            Some(name) => builder.named_resource(name, format!("https://{name}.example")),
        };
        requirement.alternatives().iter().fold(builder, add)
    }
    let requirements = guards().filter_map(|guard| guard.requirement);
    requirements.fold(builder, add)
}

/// The parts of an answer that callers may rely on.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) challenge: Option<String>,
    pub(crate) retry_after: Option<String>,
    pub(crate) cache_control: Option<String>,
    pub(crate) content_type: Option<String>,
    pub(crate) body: String,
}

impl Answer {
    /// A refusal as in the table of responses in `README.md`.
    pub(crate) fn refused<'a>(
        status: u16,
        error: &str,
        challenge: impl Into<Option<&'a str>>,
    ) -> Self {
        Self {
            status,
            challenge: challenge.into().map(str::to_owned),
            retry_after: None,
            cache_control: Some("no-store".to_owned()),
            content_type: Some("application/json".to_owned()),
            body: format!(r#"{{"error":{}}}"#, serde_json::json!(error)),
        }
    }

    /// The answer to a request without a token, on a route that asks for these scopes.
    pub(crate) fn missing(scopes: &str) -> Self {
        let challenge = match scopes {
            "" => "Bearer".to_owned(),
            scopes => format!(r#"Bearer scope="{scopes}""#),
        };
        Self::refused(401, "Authorization header is missing", challenge.as_str())
    }

    pub(crate) fn invalid_token() -> Self {
        Self::refused(401, "Invalid token", INVALID_TOKEN)
    }

    pub(crate) fn expired() -> Self {
        Self::refused(401, "Invalid token", EXPIRED)
    }

    pub(crate) fn mismatch() -> Self {
        Self::refused(403, "Organization mismatch", INSUFFICIENT_SCOPE)
    }

    pub(crate) fn misconfigured() -> Self {
        Self::refused(500, "Authorization is misconfigured", None)
    }

    /// The answer of a handler that returns this text.
    pub(crate) fn ok(body: &str) -> Self {
        Self {
            status: 200,
            challenge: None,
            retry_after: None,
            cache_control: None,
            content_type: Some("text/plain; charset=utf-8".to_owned()),
            body: body.to_owned(),
        }
    }

    pub(crate) async fn of<B>(response: Response<B>) -> Self
    where
        B: http_body::Body<Error: std::fmt::Debug>,
    {
        let (head, body) = response.into_parts();
        let body = body.collect().await.unwrap().to_bytes();
        Self {
            status: head.status.as_u16(),
            challenge: one(&head.headers, &WWW_AUTHENTICATE),
            retry_after: one(&head.headers, &RETRY_AFTER),
            cache_control: one(&head.headers, &CACHE_CONTROL),
            content_type: one(&head.headers, &CONTENT_TYPE),
            body: String::from_utf8(body.to_vec()).unwrap(),
        }
    }

    pub(crate) async fn of_rejection(rejection: Rejection) -> Self {
        Self::of(rejection.into_response()).await
    }
}

#[track_caller]
fn one(headers: &HeaderMap, name: &HeaderName) -> Option<String> {
    let mut values = headers.get_all(name).iter();
    let value = values.next()?;
    assert_eq!(values.next(), None, "duplicate header {name}");
    Some(value.to_str().unwrap().to_owned())
}

/// Builds a `GET` with these headers.
pub(crate) fn get(uri: &str, headers: &[(&str, &[u8])]) -> Request<Body> {
    let mut request = Request::get(uri);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    request.body(Body::empty()).unwrap()
}

/// Builds a `GET` with this access token.
pub(crate) fn with_token(uri: &str, token: &str) -> Request<Body> {
    let mut request = get(uri, &[]);
    let value = format!("Bearer {token}").parse().unwrap();
    request.headers_mut().insert(AUTHORIZATION, value);
    request
}

/// Sends a request through a router, without a socket.
pub(crate) async fn send(app: &Router, request: Request<Body>) -> Answer {
    Answer::of(app.clone().oneshot(request).await.unwrap()).await
}

/// Sends a `GET` with this access token.
pub(crate) async fn ask(app: &Router, uri: &str, token: &str) -> Answer {
    send(app, with_token(uri, token)).await
}
