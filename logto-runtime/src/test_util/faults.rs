//! Faults of the tenant's endpoints, and counts of the requests that arrived.

use std::{
    pin::Pin,
    task::{Context, Poll},
};

use axum::{
    body::{Body, Bytes},
    response::{IntoResponse, Response},
};
use http::{
    HeaderMap, HeaderName, HeaderValue, StatusCode,
    header::{CONTENT_LENGTH, LOCATION},
};
use http_body::{Body as HttpBody, Frame};
use tokio::sync::watch;

use super::fail_test::fail_test;

/// An endpoint of the tenant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum TenantEndpoint {
    /// `GET /oidc/.well-known/openid-configuration`
    Discovery,
    /// `GET /oidc/jwks`
    KeySet,
    /// `POST /oidc/token`
    Token,
    /// The Management API below `/api`, except the calls that suspend or delete a user, or remove a member of
    /// an organization
    Management,
}

/// A way in which an endpoint fails.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Fault {
    /// Accepts requests, and does not answer them until the fault ends.
    Stall,
    /// Sends the head of a response and the beginning of its body, and then nothing more.
    StallMidAnswer,
    /// Answers with this status and an empty body.
    Fail(StatusCode),
    /// Answers with a redirect to this address.
    RedirectTo(String),
    /// Answers with exactly this response.
    Answer {
        /// The status of the response.
        status: StatusCode,
        /// The headers of the response.
        headers: HeaderMap,
        /// The body of the response.
        body: Bytes,
    },
}

impl Fault {
    /// Returns a fault that answers with exactly this response.
    ///
    /// # Panics
    ///
    /// Panics if the name or the value of a header is invalid.
    #[must_use]
    #[track_caller]
    pub fn answer<'a>(
        status: StatusCode,
        headers: impl IntoIterator<Item = (&'a str, &'a str)>,
        body: impl Into<Vec<u8>>,
    ) -> Self {
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            match (name.parse::<HeaderName>(), HeaderValue::from_str(value)) {
                (Ok(parsed), Ok(value)) => map.append(parsed, value),
                _ => fail_test(format_args!("`{name}: {value}` is not a valid header")),
            };
        }
        Self::Answer {
            status,
            headers: map,
            body: Bytes::from(body.into()),
        }
    }

    fn response(self) -> Response {
        match self {
            // `receive` waits while the fault is `Stall`, so `Stall` does not get here.
            Self::Stall | Self::StallMidAnswer => {
                let begun = Bytes::from_static(b"{\"keys\":[");
                (
                    [(CONTENT_LENGTH, "4096")],
                    Body::new(Unfinished(Some(begun))),
                )
                    .into_response()
            }
            Self::Fail(status) => status.into_response(),
            Self::RedirectTo(location) => {
                (StatusCode::FOUND, [(LOCATION, location)]).into_response()
            }
            Self::Answer {
                status,
                headers,
                body,
            } => (status, headers, body).into_response(),
        }
    }
}

/// The current fault and the number of requests of each endpoint.
#[derive(Default)]
pub(super) struct Traffic {
    faults: watch::Sender<[Option<Fault>; 4]>,
    arrived: watch::Sender<[usize; 4]>,
}

impl Traffic {
    pub(super) fn fault(&self, endpoint: TenantEndpoint, fault: Fault) {
        self.faults
            .send_modify(|faults| faults[endpoint as usize] = Some(fault));
    }

    pub(super) fn fault_everywhere(&self, fault: &Fault) {
        self.faults
            .send_modify(|faults| faults.fill(Some(fault.clone())));
    }

    pub(super) fn recover(&self) {
        self.faults.send_modify(|faults| faults.fill(None));
    }

    /// Returns how many requests have arrived.
    pub(super) fn arrived(&self, endpoint: TenantEndpoint) -> usize {
        self.arrived.borrow()[endpoint as usize]
    }

    /// Waits until [`arrived`](Self::arrived) is at least `count`.
    pub(super) async fn until_arrived(&self, endpoint: TenantEndpoint, count: usize) {
        let mut arrived = self.arrived.subscribe();
        // Fails only after the sender is dropped, and `self` owns the sender.
        let _ = arrived
            .wait_for(|arrived| arrived[endpoint as usize] >= count)
            .await;
    }

    /// Counts a request, and waits while the endpoint is stalled. Then returns the response of the current
    /// fault, or `None` if the endpoint works.
    pub(super) async fn receive(&self, endpoint: TenantEndpoint) -> Option<Response> {
        self.arrived
            .send_modify(|arrived| arrived[endpoint as usize] += 1);
        let mut faults = self.faults.subscribe();
        let fault = faults
            .wait_for(|faults| !matches!(faults[endpoint as usize], Some(Fault::Stall)))
            .await
            .map(|faults| faults[endpoint as usize].clone());
        fault.ok().flatten().map(Fault::response)
    }
}

/// A body that sends its first bytes and never ends.
struct Unfinished(Option<Bytes>);

impl HttpBody for Unfinished {
    type Data = Bytes;
    type Error = std::convert::Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Self::Error>>> {
        match self.0.take() {
            Some(begun) => Poll::Ready(Some(Ok(Frame::data(begun)))),
            None => Poll::Pending,
        }
    }
}
