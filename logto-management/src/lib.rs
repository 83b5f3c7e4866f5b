//! A client of Logto's Management API, with the calls that `cargo logto` needs. The feature
//! `reconciler` adds a `Reconciler`, which applies the webhook deliveries in Logto's log.
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
//! - Before the first call, the client requests a token by client credentials (RFC 6749 §4.4). Before a later
//!   call, it requests a new token if the old token expires within a minute.
//! - If the API refuses the token of an earlier call, the client requests a new token, and sends the request
//!   again.
//! - After 429 or 5xx, the client waits and sends the request again. [`ManagementBuilder::patience`] limits
//!   the total wait. If the rest of this time is too short for the next wait, the call fails at once.
//! - [`Error`] says what to do, for example which setting to check.
//! - Errors and `Debug` output never contain secrets or tokens. Of the body of a response, an [`Error`]
//!   contains at most the error code.
//!
//! The Management API has only one scope, `all`. Anyone with the application's secret can do everything in
//! the tenant.
//!
//! Files, in reading order:
//!
//! - `credentials`, `endpoint`, `builder`: the settings
//! - `error`: the errors, which say what to do
//! - `answer`: reads responses, up to a maximum size
//! - `exchange`: sends a request, and waits while the tenant is busy
//! - `token`: access tokens
//! - `client`: sends calls with a token, and reads the pages of lists
//! - `resources`, `organizations`, `hooks`: the calls
//! - `reconciler`: applies the webhook deliveries in Logto's log (feature `reconciler`)

#![forbid(unsafe_code)]
#![cfg_attr(docsrs, feature(doc_cfg))]

mod answer;
mod builder;
mod client;
mod credentials;
mod endpoint;
mod error;
mod exchange;
mod hooks;
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
