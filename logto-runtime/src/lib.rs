#![doc = include_str!("../docs/crate.md")]
#![forbid(unsafe_code)]
#![cfg_attr(docsrs, feature(doc_cfg))]

mod answer;
mod clock;
mod config;
#[cfg(test)]
mod cost_tests;
mod decide;
mod describe;
#[cfg(feature = "explorer")]
#[cfg_attr(docsrs, doc(cfg(feature = "explorer")))]
pub mod explorer;
mod extract;
mod jwks;
pub mod layer;
mod logto;
pub mod policy;
#[cfg(feature = "revocation")]
mod revocation;
pub mod routes;
pub mod telemetry;
#[cfg(feature = "test-util")]
#[cfg_attr(docsrs, doc(cfg(feature = "test-util")))]
pub mod test_util;
mod token;
mod verify;

#[doc(hidden)]
#[path = "private.rs"]
pub mod __private;

#[cfg(any(fuzzing, test))]
#[doc(hidden)]
#[path = "fuzzing/mod.rs"]
pub mod __fuzz;

#[cfg(all(doc, not(doctest)))]
pub mod docs;

#[cfg(feature = "utoipa")]
#[cfg_attr(docsrs, doc(cfg(feature = "utoipa")))]
pub use crate::describe::openapi::DescribeError;
#[cfg(feature = "redis")]
#[cfg_attr(docsrs, doc(cfg(feature = "redis")))]
pub use crate::revocation::log::redis::RedisLog;
#[cfg(feature = "revocation")]
#[cfg_attr(docsrs, doc(cfg(feature = "revocation")))]
pub use crate::revocation::{
    Revocations,
    builder::RevocationsBuilder,
    health::RevocationHealth,
    log::{self as revocation_log, RevocationLog, file::FileLog},
    revoke::{Revocation, RevokeError},
    silence::Silence,
    webhook::meaning::{RoleChange, UnlistedChange},
};
pub use crate::{
    answer::{
        Rejection,
        denial::{Denial, IntoDenial},
        rejection_code::RejectionCode,
    },
    config::ConfigError,
    describe::inventory,
    extract::{
        claims::Claims,
        guard::Guard,
        organization_id::OrganizationId,
        token_or::{Credential, TokenOr},
    },
    logto::{
        Logto,
        auth_info::AuthInfo,
        builder::LogtoBuilder,
        custom_claims::ClaimsError,
        deny_async::Unanswered,
        find::FindLogto,
        health::{Health, TenantHealth},
        state::{AlreadyInstalled, GlobalLogto, LogtoState},
        warm_up::WarmUpError,
    },
    policy::Policy,
    token::{
        algorithm::Algorithm,
        source::{Origins, TokenSource},
    },
};
#[cfg(feature = "macros")]
#[cfg_attr(docsrs, doc(cfg(feature = "macros")))]
pub use logto_macros::{
    guarded_by, public, require_any, require_auth, require_org_permission, require_org_scopes,
    require_scopes, scopes,
};
/// The crate of the HTTP client that [`LogtoBuilder::http_client`] accepts.
pub use reqwest;
