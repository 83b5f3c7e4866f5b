//! Turns a [`Rejection`] into a response.

use axum::{
    body::Body,
    response::{IntoResponse, Response},
};
use http::{HeaderValue, header};
use serde::Serialize;

use super::Rejection;
use crate::telemetry::{self, EventContext};

/// Renders the body first, with the function of `on_rejection` if there is one. Then sets the status,
/// `Cache-Control`, `WWW-Authenticate` and `Retry-After`, so the function can't change them.
impl IntoResponse for Rejection {
    fn into_response(self) -> Response {
        if !self.0.is_reported {
            telemetry::refused(&self.refused(EventContext::default(), None));
        }
        let mut response = match &self.0.render {
            Some(render) => render(&self),
            None => self.default_body(),
        };
        *response.status_mut() = self.status();
        response.extensions_mut().insert(self.code());
        let headers = response.headers_mut();
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        headers.remove(header::WWW_AUTHENTICATE);
        if let Some(challenge) = self.challenge() {
            headers.insert(header::WWW_AUTHENTICATE, challenge);
        }
        headers.remove(header::RETRY_AFTER);
        if let Some(wait) = self.retry_after() {
            headers.insert(header::RETRY_AFTER, wait.as_secs().into());
        }
        response
    }
}

impl From<Rejection> for Response<Body> {
    fn from(rejection: Rejection) -> Self {
        rejection.into_response()
    }
}

impl Rejection {
    fn default_body(&self) -> Response {
        #[derive(Serialize)]
        struct ErrorBody {
            error: &'static str,
        }
        let body = serde_json::to_vec(&ErrorBody {
            error: self.message(),
        });
        let json = HeaderValue::from_static("application/json");
        ([(header::CONTENT_TYPE, json)], body.unwrap_or_default()).into_response()
    }
}
