//! Extractors for axum handlers: guards, and the caller of a request.
//!
//! In: the parts of a request and the state of the router. Out: the extracted value, or a
//! `Rejection` that axum sends as the response.
//!
//! - Guards (`Guard<P>`, `TokenOr<P, K>`, and the `Passed<P>` that attributes add) decide by a policy.
//! - `AuthInfo`, `Claims` and `OrganizationId` check the audience of the token. They accept an organization,
//!   a resource of this service, and any audience that a guard of the request has accepted.
//! - `OrganizationId` also compares the organization of the token with the path parameters.
//! - Extractors do not read the body of the request.
//! - All extractors that need a token call `authenticate`. A request can wait there for three things: keys,
//!   `deny_if_async` and the revocation log. Without such a wait, the future of `authenticate` is ready at
//!   once.
//!
//! ```
//! use logto_runtime::{AuthInfo, require_scopes};
//!
//! #[require_scopes("read:products")] // adds a guard as the first argument
//! async fn products(auth: AuthInfo) -> String {
//!     format!("read by {}", auth.subject())
//! }
//! # let _: axum::Router<logto_runtime::Logto> =
//! #     axum::Router::new().route("/", axum::routing::get(products));
//! ```
//!
//! To read the code, begin with `authenticate.rs`, `grant.rs`, `guard.rs`, `passed.rs` and `routing.rs` (path
//! parameters). The other files can be read in any order.

pub(crate) mod auth_info;
pub(crate) mod authenticate;
pub(crate) mod by_hand;
pub(crate) mod check;
pub(crate) mod claims;
pub(crate) mod grant;
pub(crate) mod guard;
mod missing_logto;
pub(crate) mod organization_id;
pub(crate) mod other_frameworks;
pub(crate) mod passed;
pub(crate) mod public;
pub(crate) mod routing;
pub(crate) mod token_or;
pub(crate) mod under;
