//! [`RequireLayer`], and the service that it creates.

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
    future::{Options, RequireFuture, pass},
    protocol::Protocol,
};
use crate::{
    logto::{Logto, authentication::Authentication},
    policy::AnyPolicy,
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
    pub fn require<P: AnyPolicy>(&self) -> RequireLayer<P> {
        RequireLayer::new(self.clone())
    }
}

/// A tower layer that guards a service. Created by [`Logto::require`].
pub struct RequireLayer<P> {
    logto: Logto,
    options: Options,
    policy: PhantomData<fn() -> P>,
}

/// A service that passes on only requests whose caller meets the policy.
///
/// It accepts any request body and any response body. It keeps the error type of the inner service,
/// because a rejection is a response and not an error. A rejected gRPC call gets a `grpc-status`.
///
/// On a matched route without a wildcard (`Router::route_layer`, `Router::layer`), the service knows all path
/// parameters. Elsewhere the inner service may read further path parameters. There, an organization policy
/// answers 500 unless the policy has `org = header(…)` or `org = token`, or the layer has
/// [`leaf`](RequireLayer::leaf).
pub struct Require<P, S> {
    inner: S,
    logto: Logto,
    options: Options,
    policy: PhantomData<fn() -> P>,
}

impl<P> RequireLayer<P> {
    pub(crate) fn new(logto: Logto) -> Self {
        Self {
            logto,
            options: Options::default(),
            policy: PhantomData,
        }
    }

    /// Puts the caller's [`AuthInfo`](crate::AuthInfo) into the extensions of requests that pass.
    ///
    /// Use this for services that are not axum handlers, because they can't extract the caller. This
    /// crate never reads an `AuthInfo` from the extensions.
    #[must_use]
    pub fn with_auth_info(mut self) -> Self {
        self.options.shares_auth_info = true;
        self
    }

    /// Says that the service behind the layer reads no further path parameters. `ServeDir` is such
    /// a service.
    ///
    /// An organization policy must know all path parameters. A layer knows them on a route without a
    /// wildcard. Everywhere else the service may be a router, and the policy answers 500 unless it has
    /// `org = header(…)` or `org = token`. With `leaf`, the parameters that the layer sees count as
    /// all of them.
    ///
    /// ```
    /// use axum::{Router, routing::get};
    /// use logto_runtime::{Logto, require_org_permission};
    ///
    /// #[require_org_permission("read:files")]
    /// struct ReadFiles;
    ///
    /// fn files(logto: &Logto) -> Router {
    ///     let guard = logto.require::<ReadFiles>().leaf();
    ///     // Instead of a handler, this can be a service such as `tower_http::services::ServeDir`.
    ///     let file = get(async || "contents").layer(guard);
    ///     Router::new().route("/{organization_id}/files/{*path}", file)
    /// }
    /// ```
    ///
    /// Never put a layer with `leaf` around a router: the router may have an organization parameter that
    /// the layer does not see.
    #[must_use]
    pub fn leaf(mut self) -> Self {
        self.options.leaf = true;
        self
    }

    #[cfg(feature = "explorer")]
    pub(crate) fn is_leaf(&self) -> bool {
        self.options.leaf
    }
}

impl<P, S> Layer<S> for RequireLayer<P> {
    type Service = Require<P, S>;

    fn layer(&self, inner: S) -> Self::Service {
        Require {
            inner,
            logto: self.logto.clone(),
            options: self.options,
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
                // The request needs the instance that was polled ready. A clone of it may not be ready.
                let not_ready = self.inner.clone();
                let ready = mem::replace(&mut self.inner, not_ready);
                RequireFuture::waiting(
                    Box::pin(waiting.authenticate(requirement)),
                    ready,
                    Request::from_parts(parts, body),
                    options,
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
            options: self.options,
            policy: PhantomData,
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

impl<P: AnyPolicy> fmt::Debug for RequireLayer<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("RequireLayer")
            .field(&P::REQUIREMENT)
            .finish()
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
