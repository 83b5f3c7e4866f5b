//! [`Require`], the service that a layer puts around another service.

use std::{
    fmt,
    marker::PhantomData,
    task::{Context, Poll},
};

use http::{Request, Response, request::Parts};
use tower_service::Service;

use super::{
    body::RequireBody,
    future::{Options, RequireFuture, pass},
    protocol::Protocol,
};
use crate::{
    logto::{Logto, authentication::Authentication},
    policy::AnyPolicy,
};

/// A service that passes a request on only if the caller meets the policy.
///
/// Request bodies may have any type. The data of response bodies must implement `From<Bytes>`, and their
/// errors must convert into `Box<dyn Error + Send + Sync>`. A rejection is a response, so the service has the
/// error type of the inner service. A rejected gRPC call gets a `grpc-status`.
///
/// On a matched route without a wildcard (`Router::route_layer`, `Router::layer`), the service knows all path
/// parameters. Elsewhere, the inner service can be a router that adds path parameters. There, two kinds of
/// policies answer 500 instead of accepting a caller: organization policies without `org = header(…)` or
/// `org = token`, and policies with `subject = path(…)`. If the inner service does not add path parameters,
/// call [`leaf`](super::RequireLayer::leaf).
pub struct Require<P, S> {
    inner: S,
    logto: Logto,
    options: Options,
    policy: PhantomData<fn() -> P>,
}

impl<P, S> Require<P, S> {
    pub(super) fn new(inner: S, logto: Logto, options: Options) -> Self {
        Self {
            inner,
            logto,
            options,
            policy: PhantomData,
        }
    }
}

impl<P, S, B, R> Service<Request<B>> for Require<P, S>
where
    P: AnyPolicy,
    S: Service<Request<B>, Response = Response<R>> + Clone,
{
    type Response = Response<RequireBody<R>>;
    type Error = S::Error;
    type Future = RequireFuture<P, S, B>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, request: Request<B>) -> Self::Future {
        let (mut parts, body) = request.into_parts();
        let requirement = Some(&P::REQUIREMENT);
        let authenticated = self.logto.clone().authenticate_now(&mut parts, requirement);
        let options = self.options;
        let refused =
            |rejection, parts: &Parts| RequireFuture::refused(rejection, Protocol::of(parts));
        match authenticated {
            Ok(Authentication::Done(auth)) => match pass::<P>(&auth, &mut parts, options) {
                Ok(()) => {
                    let request = Request::from_parts(parts, body);
                    RequireFuture::passed(self.inner.call(request))
                }
                Err(rejection) => refused(rejection, &parts),
            },
            Ok(Authentication::Waits(waiting)) => {
                // The instance that was polled ready can hold a place that other requests need. An example
                // is the permit of a `ConcurrencyLimit`. Anyone can send a request that waits for keys, so
                // the instance is dropped. If the caller is accepted, the clone is polled ready.
                let not_ready = self.inner.clone();
                self.inner = not_ready.clone();
                RequireFuture::waiting(
                    Box::pin(waiting.authenticate(requirement)),
                    not_ready,
                    Request::from_parts(parts, body),
                    self.logto.clone(),
                    options,
                )
            }
            Err(rejection) => refused(rejection, &parts),
        }
    }
}

impl<P, S: Clone> Clone for Require<P, S> {
    fn clone(&self) -> Self {
        Self {
            inner: self.inner.clone(),
            logto: self.logto.clone(),
            options: self.options,
            policy: PhantomData,
        }
    }
}

impl<P: AnyPolicy, S: fmt::Debug> fmt::Debug for Require<P, S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Require")
            .field("requirement", &P::REQUIREMENT)
            .field("inner", &self.inner)
            .finish_non_exhaustive()
    }
}
