//! Guards as tower layers. They guard whole routers, services that are not axum handlers, and gRPC services.
//!
//! [`Logto::require`](crate::Logto::require) returns a [`RequireLayer`], which wraps a service into
//! [`Require`]. If the caller meets the policy, [`Require`] returns the response of the inner service.
//! Otherwise, it returns a rejection.
//!
//! - If a layer knows all path parameters, it decides and answers like an attribute with the same policy.
//!   Only the rejection of a gRPC call differs. [`Require`] says when a layer knows all path parameters.
//! - A rejected gRPC call gets HTTP 200 with a `grpc-status`.
//! - Request bodies may have any type. [`Require`] says what response bodies must implement.
//! - Errors of the inner service pass through.
//!
//! ```
//! use axum::{Router, routing::post};
//! use logto_runtime::{Logto, require_scopes};
//!
//! #[require_scopes("write:orders")]
//! struct WriteOrders;
//!
//! fn router(logto: Logto) -> Router {
//!     Router::new()
//!         .route("/orders", post(async || "ordered"))
//!         .route_layer(logto.require::<WriteOrders>())
//! }
//! ```
//!
//! To read the code, begin with `require_layer.rs` and `service.rs`; then `future.rs`, `body.rs` and
//! `protocol.rs`.

mod body;
mod future;
mod protocol;
mod require_layer;
mod service;

pub use self::{
    body::RequireBody, future::RequireFuture, require_layer::RequireLayer, service::Require,
};
