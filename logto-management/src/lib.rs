//! A client of Logto's Management API, with the calls that `cargo logto` needs. The feature
//! `reconciler` adds a `Reconciler`, which applies webhook deliveries that failed.
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
//! - The token is requested by client credentials (RFC 6749 §4.4) before the first call, and again
//!   before it expires or when the API refuses it.
//! - After a response with 429 or 5xx, the client waits and tries again, for at most the time that
//!   [`ManagementBuilder::patience`] sets. If the tenant asks for a longer wait, the call fails at once.
//! - [`Error`] says what to change: the endpoint, the credentials, the role or the resource.
//! - Secrets, tokens and the bodies of responses never appear in an error or in `Debug` output.
//!
//! The Management API has one scope, `all`: whoever has the application's secret can do everything
//! in the tenant.
//!
//! Files, in reading order:
//!
//! - `credentials`, `endpoint`, `builder`: the settings
//! - `error`: what can go wrong, and how to mend it
//! - `answer`: reads responses, within limits
//! - `exchange`: sends a request, and waits while the tenant is busy
//! - `token`: access tokens
//! - `client`: calls with a token, and pages
//! - `resources`, `organizations`, `hooks`: the calls
//! - `reconciler`: applies deliveries that failed (feature `reconciler`)

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
