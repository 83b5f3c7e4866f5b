//! The layer and its service.

use std::{
    fmt,
    marker::PhantomData,
    mem,
    task::{Context, Poll},
};

use http::{Request, Response, request::Parts};
use tower_layer::Layer;
use tower_service::Service;

use super::{
    body::RequireBody,
    future::{RequireFuture, pass},
    protocol::Protocol,
};
use crate::{
    logto::{Logto, authentication::Authentication},
    policy::Policy,
};

impl Logto {
    /// Returns a tower layer that passes on only requests whose caller meets the policy.
    ///
    /// ```
    /// # use axum::{Router, routing::post};
    /// # use logto_runtime::{Logto, require_scopes};
    /// #[require_scopes("write:orders")]
    /// pub struct WriteOrders;
    ///
    /// # fn router(logto: Logto) -> Router {
    /// Router::new()
    ///     .route("/orders", post(async || "ordered"))
    ///     .route_layer(logto.require::<WriteOrders>())
    /// # }
    /// ```
    #[must_use]
    pub fn require<P: Policy>(&self) -> RequireLayer<P> {
        RequireLayer::new(self.clone())
    }
}

/// A tower layer that guards a service. Created by [`Logto::require`].
pub struct RequireLayer<P> {
    logto: Logto,
    shares_auth_info: bool,
    policy: PhantomData<fn() -> P>,
}

/// A service that passes on only requests whose caller meets the policy.
///
/// It accepts any request body and any response body. It keeps the error type of the inner service,
/// because a rejection is a response and not an error. A rejected gRPC call gets a `grpc-status`.
///
/// After routing (`Router::route_layer`, or a layer of a nested router) it knows the path
/// parameters. Around a whole router it does not, and an organization policy without `org` then
/// answers 500.
pub struct Require<P, S> {
    inner: S,
    logto: Logto,
    shares_auth_info: bool,
    policy: PhantomData<fn() -> P>,
}

impl<P> RequireLayer<P> {
    pub(crate) fn new(logto: Logto) -> Self {
        Self {
            logto,
            shares_auth_info: false,
            policy: PhantomData,
        }
    }

    /// Puts the caller's [`AuthInfo`](crate::AuthInfo) into the extensions of requests that pass.
    ///
    /// Use it for services that are not axum handlers and so can't extract it. This crate never
    /// reads it from the extensions.
    #[must_use]
    pub fn with_auth_info(mut self) -> Self {
        self.shares_auth_info = true;
        self
    }
}

impl<P, S> Layer<S> for RequireLayer<P> {
    type Service = Require<P, S>;

    fn layer(&self, inner: S) -> Self::Service {
        Require {
            inner,
            logto: self.logto.clone(),
            shares_auth_info: self.shares_auth_info,
            policy: PhantomData,
        }
    }
}

impl<P, S, B, R> Service<Request<B>> for Require<P, S>
where
    P: Policy,
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
        let logto = self.logto.clone();
        let authenticated =
            logto.authenticate_now(&parts.headers, &mut parts.extensions, requirement);
        let shares_auth_info = self.shares_auth_info;
        let refused =
            |rejection, parts: &Parts| RequireFuture::refused(rejection, Protocol::of(parts));
        match authenticated {
            Ok(Authentication::Done(auth)) => {
                match pass::<P>(&auth, &mut parts, shares_auth_info) {
                    Ok(()) => {
                        let request = Request::from_parts(parts, body);
                        RequireFuture::passed(self.inner.call(request))
                    }
                    Err(rejection) => refused(rejection, &parts),
                }
            }
            Ok(Authentication::Waits(waiting)) => {
                // Keeps the instance that was polled ready for the request; its clone is not ready.
                let not_ready = self.inner.clone();
                let ready = mem::replace(&mut self.inner, not_ready);
                RequireFuture::waiting(
                    Box::pin(waiting.authenticate(requirement)),
                    ready,
                    Request::from_parts(parts, body),
                    shares_auth_info,
                )
            }
            Err(rejection) => refused(rejection, &parts),
        }
    }
}

impl<P> Clone for RequireLayer<P> {
    fn clone(&self) -> Self {
        Self {
            logto: self.logto.clone(),
            shares_auth_info: self.shares_auth_info,
            policy: PhantomData,
        }
    }
}

impl<P, S: Clone> Clone for Require<P, S> {
    fn clone(&self) -> Self {
        Self {
            inner: self.inner.clone(),
            logto: self.logto.clone(),
            shares_auth_info: self.shares_auth_info,
            policy: PhantomData,
        }
    }
}

impl<P: Policy> fmt::Debug for RequireLayer<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("RequireLayer")
            .field(&P::REQUIREMENT)
            .finish()
    }
}

impl<P: Policy, S: fmt::Debug> fmt::Debug for Require<P, S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Require")
            .field("requirement", &P::REQUIREMENT)
            .field("inner", &self.inner)
            .finish_non_exhaustive()
    }
}
