//! [`Logto`], the handle to a tenant. An application keeps the handle in its state.
//!
//! In: the headers of a request, or a token. Out: the caller ([`AuthInfo`]) or a [`Rejection`]. A
//! `Logto` combines the verifier of tokens, the decision about requirements and the settings.
//!
//! - Clones share everything, including the key set and the token cache.
//! - Each rejection is logged once. This crate logs its own rejections when it makes them. `for_caller` logs
//!   a rejection of the application. Without that call, the rejection is logged when it becomes a response.
//! - When a guard checks the signature of a token, the request remembers the token. Later guards with the
//!   same `Logto` do not check the signature again, even if the token is not in the cache. There are two
//!   exceptions:
//!   - The key of the token was retired meanwhile.
//!   - The later guard had to wait for keys, and the token is not in the cache.
//! - A request can wait for keys and for an answer of `deny_if_async`. After a pause of the process, a
//!   request can also wait for the revocation log.
//!
//! Read these files first, in this order:
//!
//! - `builder/`: the settings;
//! - `shared.rs`: the part of a `Logto` that clones share;
//! - this file;
//! - `authentication.rs`: from headers to a caller;
//! - `finish.rs`: what a request waits for;
//! - `reverify.rs`: from a token to a caller;
//! - `audience.rs`;
//! - `remembered.rs`: the verified token, which the guards of a request share;
//! - `rejection_context.rs` and `reject.rs`.
//!
//! The other files:
//!
//! - `several_tenants.rs`;
//! - `deny_async.rs`, with `deny_functions.rs`, `deny_in_task.rs`, `deny_memory.rs` and `outage/`;
//! - `application_rejection.rs`: `Rejection::forbidden` and similar functions;
//! - `auth_info.rs` and `custom_claims.rs`;
//! - `state.rs`, and `find.rs` for a state that belongs to another crate;
//! - `health.rs` and `until_invalid.rs`;
//! - `warm_up.rs`, with `guarded_names.rs`, `asked_both_ways.rs` and `discovery.rs`.

mod application_rejection;
mod asked_both_ways;
mod audience;
pub(crate) mod auth_info;
pub(crate) mod authentication;
pub(crate) mod builder;
pub(crate) mod custom_claims;
pub(crate) mod deny_async;
pub(crate) mod deny_functions;
#[cfg(feature = "revocation")]
mod deny_in_task;
mod deny_memory;
#[cfg(test)]
mod deny_memory_tests;
mod discovery;
pub(crate) mod find;
mod finish;
mod guarded_names;
pub(crate) mod health;
mod outage;
mod reject;
pub(crate) mod rejection_context;
mod remembered;
mod reverify;
mod several_tenants;
pub(crate) mod shared;
pub(crate) mod state;
#[cfg(feature = "revocation")]
mod until_invalid;
pub(crate) mod warm_up;

use std::{
    fmt,
    sync::{Arc, Mutex, Once},
};

use http::Extensions;

use self::{
    auth_info::AuthInfo,
    rejection_context::RejectionContext,
    shared::{Settings, Shared, Tenant},
};
use crate::{
    answer::Rejection,
    decide::{Names, Requested, Unmet, decide},
    policy::requirement::Requirement,
    verify::{Verified, Verifier},
};

/// A handle to a Logto tenant. Verifies access tokens of the tenant, and decides which callers may pass.
///
/// Put a `Logto` into the state of the router (with `#[derive(FromRef)]`). Or call
/// [`install_global`](Self::install_global) once, and use [`GlobalLogto`](crate::GlobalLogto) as
/// the state. Clones share everything.
#[derive(Clone)]
pub struct Logto {
    tenant: Arc<dyn Tenant>,
}

impl Logto {
    pub(crate) fn new(verifier: Verifier, settings: Settings) -> Self {
        Self::of_tenant(Shared {
            verifier,
            settings,
            reported: Mutex::default(),
            asked_both_ways: Once::new(),
        })
    }

    /// Verifies a token that does not come from the headers of a request. It can come from a message on a
    /// WebSocket or in a queue, for example.
    ///
    /// The audience must contain an organization, or a resource that the builder knows.
    ///
    /// # Errors
    ///
    /// Returns the rejection that an [`AuthInfo`] extractor would answer with.
    pub async fn verify(&self, token: &str) -> Result<AuthInfo, Rejection> {
        let context = RejectionContext::outside(None);
        let auth = self.reverify(token.as_bytes(), None, context).await?;
        auth.logto().check_audience(&auth, &Extensions::new())?;
        auth.report_granted();
        Ok(auth)
    }

    /// Decides whether a token meets a requirement. Returns the requirement that was met. For alternatives,
    /// returns the first alternative that the token meets.
    ///
    /// Pass the error to [`reject_unmet`](Self::reject_unmet). After the last check,
    /// [report](AuthInfo::report_granted) the caller.
    #[inline]
    pub(crate) fn decide(
        &self,
        requirement: &'static Requirement,
        token: &Arc<Verified>,
        request: &mut dyn Requested,
    ) -> Result<&'static Requirement, Unmet> {
        let settings = self.settings();
        let names = Names {
            resources: &settings.resources,
            clients: &settings.clients,
        };
        decide(requirement, token, names, request)
    }
}

impl fmt::Debug for Logto {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let several @ [_, ..] = self.tenant.several() {
            return f.debug_tuple("Logto::any_of").field(&several).finish();
        }
        f.debug_struct("Logto")
            .field("endpoint", &self.settings().endpoint)
            .field("resources", &self.settings().resources.indicators())
            .finish_non_exhaustive()
    }
}
