//! Calls the router of a contestant (a program in the comparison) in process, and measures these calls.

use std::{convert::Infallible, error::Error, time::Duration};

use bytes::Bytes;
use http::{HeaderValue, Request, Response, StatusCode, header::AUTHORIZATION};
use http_body::Body;
use http_body_util::Empty;
use hyper::body::Incoming;
use nix::time::{ClockId, clock_gettime};
use tower_service::Service;

use crate::{
    allocations,
    commands::{Command, Measured, Order},
    settings::PATH,
};

/// A router of any axum version. Requests over loopback have a body of type [`Incoming`]. Requests in process
/// have the body [`Empty`].
pub trait Guarded:
    Service<
        Request<Incoming>,
        Response = Response<Self::Answer>,
        Error = Infallible,
        Future = Self::Served,
    > + Service<Request<Empty<Bytes>>, Response = Response<Self::Answer>, Error = Infallible>
    + Clone
    + Send
    + 'static
{
    type Answer: Body<Data = Bytes, Error: Into<Box<dyn Error + Send + Sync>>> + Send + 'static;
    type Served: Future<Output = Result<Response<Self::Answer>, Infallible>> + Send + 'static;
}

impl<S, B, F> Guarded for S
where
    S: Service<Request<Incoming>, Response = Response<B>, Error = Infallible, Future = F>
        + Service<Request<Empty<Bytes>>, Response = Response<B>, Error = Infallible>
        + Clone
        + Send
        + 'static,
    B: Body<Data = Bytes, Error: Into<Box<dyn Error + Send + Sync>>> + Send + 'static,
    F: Future<Output = Result<Response<B>, Infallible>> + Send + 'static,
{
    type Answer = B;
    type Served = F;
}

/// Sends requests in batches. Each batch is twice as large as the one before. Ends when the batches have
/// taken the processor time of the command. With [`Order::Once`], also ends when all tokens are used up, and
/// the last batch can be smaller.
pub(crate) async fn measure<S: Guarded>(service: &mut S, command: &Command) -> Measured {
    let headers = headers(&command.tokens);
    let enough = Duration::from_millis(command.millis).as_nanos() as u64;
    let mut measured = Measured::default();
    let mut tokens = headers.iter().cycle();
    let mut batch = 1;
    while measured.nanos < enough {
        if command.order == Order::Once {
            batch = batch.min(headers.len() as u64 - measured.requests);
            if batch == 0 {
                break;
            }
        }
        let allocations = allocations::so_far();
        let started = now();
        for header in tokens.by_ref().take(batch as usize) {
            call(service, header.clone()).await;
        }
        measured.nanos += (now() - started).as_nanos() as u64;
        measured.allocations += allocations::so_far() - allocations;
        measured.requests += batch;
        batch *= 2;
    }
    measured
}

async fn call<S: Guarded>(service: &mut S, authorization: HeaderValue) {
    let request = Request::get(PATH)
        .header(AUTHORIZATION, authorization)
        .body(Empty::new())
        .expect("a request");
    let Ok(response) = Service::<Request<Empty<Bytes>>>::call(service, request).await;
    assert_eq!(response.status(), StatusCode::OK, "a good token is refused");
}

fn headers(path: &str) -> Vec<HeaderValue> {
    let tokens = std::fs::read_to_string(path).expect("a file of tokens");
    let headers: Vec<HeaderValue> = tokens
        .lines()
        .map(|token| HeaderValue::try_from(format!("Bearer {token}")).expect("a token"))
        // The first clone of a header value can allocate, so it is made before the measurement.
        .inspect(|header| drop(header.clone()))
        .collect();
    assert!(!headers.is_empty(), "the file of tokens is empty");
    headers
}

/// Returns the processor time of this thread. It does not include the time in which other programs ran.
fn now() -> Duration {
    clock_gettime(ClockId::CLOCK_THREAD_CPUTIME_ID)
        .expect("a clock")
        .into()
}
