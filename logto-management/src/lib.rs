//! A client of Logto's Management API, with the calls that `cargo logto` needs. The feature `reconciler` adds
//! a `Reconciler`, which reads the webhook deliveries in Logto's log, and revokes tokens.
//!
//! ```no_run
//! use logto_management::{Credentials, Management};
//!
//! # async fn example() -> Result<(), Box<dyn std::error::Error>> {
//! let credentials = Credentials::new("the application's id", "its secret");
//! let management = Management::builder("https://your-tenant.logto.app", credentials).build()?;
//! for resource in management.resources().await? {
//!     println!("{} {}", resource.indicator, resource.name);
//! }
//! # Ok(())
//! # }
//! ```
//!
//! - Before the first call, the client requests a token by client credentials (RFC 6749 §4.4). If a token
//!   expires within a minute, the client requests a new token before the next call.
//! - If the API refuses the token of an earlier call, the client requests a new token, and sends the request
//!   again.
//! - After 429 or 5xx, the client waits and sends the request again. [`ManagementBuilder::patience`] limits
//!   the total wait. If the next wait would exceed this limit, the call fails at once.
//! - [`Error`] says what to do, for example which setting to check.
//! - Errors and `Debug` output never contain secrets or tokens. An [`Error`] can contain the error code of a
//!   response, but no other part of the body.
//!
//! The Management API has only one scope, `all`. Anyone with the application's secret can do everything in
//! the tenant.
//!
//! Files, in reading order:
//!
//! - `credentials`, `endpoint`, `http_client`, `builder`, `environment`: the settings
//! - `error`: the errors, which say what to do
//! - `answer`: reads responses, up to a maximum size
//! - `exchange`: sends a request, and waits while the tenant is busy
//! - `token`: access tokens
//! - `client`: sends calls with a token, and reads the pages of lists
//! - `resources`, `organizations`, `hooks`: the calls
//! - `reconciler`: reads the webhook deliveries in Logto's log, and revokes tokens (feature `reconciler`)

#![forbid(unsafe_code)]
#![cfg_attr(docsrs, feature(doc_cfg))]

mod answer;
mod builder;
mod client;
mod credentials;
mod endpoint;
mod environment;
mod error;
mod exchange;
mod hooks;
mod http_client;
mod organizations;
#[cfg(feature = "reconciler")]
mod reconciler;
mod resources;
mod token;

#[cfg(feature = "reconciler")]
#[cfg_attr(docsrs, doc(cfg(feature = "reconciler")))]
pub use self::reconciler::{
    Reconciler,
    builder::ReconcilerBuilder,
    error::{ReconcileError, SettingError},
    reconciled::Reconciled,
};
pub use self::{
    builder::{ConfigError, ManagementBuilder},
    client::{Created, Management},
    credentials::Credentials,
    error::Error,
    exchange::Wait,
    hooks::{Delivery, Hook, REVOKING_EVENTS},
    organizations::{OrganizationRole, OrganizationScope, RoleScope},
    resources::{Resource, Scope},
    token::{AccessToken, TokenRequest},
};
