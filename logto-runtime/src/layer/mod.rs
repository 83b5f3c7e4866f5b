//! Guards as tower layers: for whole routers, for services other than axum handlers, and for gRPC.
//!
//! [`Logto::require`](crate::Logto::require) returns a [`RequireLayer`], which wraps a service into
//! [`Require`]. In: a request. Out: the response of the inner service if the caller meets the
//! policy, otherwise a rejection.
//!
//! - Where the layer knows all path parameters, the decision and the response are those of an attribute with
//!   the same policy. [`Require`] says where that is.
//! - The bodies of requests may have any type, and those of responses any type whose data can be made from
//!   `Bytes`. Errors of the inner service pass through.
//! - A rejected gRPC call gets HTTP 200 with a `grpc-status`.
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
