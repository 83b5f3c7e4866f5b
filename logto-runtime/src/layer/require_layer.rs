//! [`RequireLayer`], and its options: `with_auth_info` and `leaf`. `extract/routing.rs` decides what `leaf`
//! means for a request.

use std::{fmt, marker::PhantomData};

use tower_layer::Layer;

use super::{future::Options, service::Require};
use crate::{logto::Logto, policy::AnyPolicy};

impl Logto {
    /// Returns a tower layer that passes a request on only if the caller meets the policy.
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
    /// Services that are not axum handlers can read the caller there. This crate itself never reads an
    /// `AuthInfo` from the extensions.
    #[must_use]
    pub fn with_auth_info(mut self) -> Self {
        self.options.shares_auth_info = true;
        self
    }

    /// Says that the service behind the layer is not a router, and so does not add path parameters.
    /// `ServeDir` is such a service.
    ///
    /// Two kinds of policies must know all path parameters: organization policies without `org = header(…)`
    /// or `org = token`, and policies with `subject = path(…)`. With `leaf`, the parameters that the layer
    /// sees count as all of them. Without `leaf`, the layer knows all path parameters only on a matched
    /// route without a wildcard. Everywhere else, these policies answer 500 instead of accepting a caller.
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
    /// Never put a layer with `leaf` around a router. A route of the router may have an organization
    /// parameter, and the layer would not see it.
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
        Require::new(inner, self.logto.clone(), self.options)
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

impl<P: AnyPolicy> fmt::Debug for RequireLayer<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("RequireLayer")
            .field(&P::REQUIREMENT)
            .finish()
    }
}
