#![doc = include_str!("docs/crate.md")]
#![forbid(unsafe_code)]
#![cfg_attr(docsrs, feature(doc_cfg))]

mod access_token;
mod algorithm;
mod auth_info;
mod base64url;
mod bearer;
mod builder;
mod challenge;
mod clock;
mod config;
#[cfg(test)]
mod cost_tests;
mod custom_claims;
mod decision;
mod diagnosis;
mod extract;
mod health;
mod inventory;
mod json;
mod jwks;
pub mod layer;
mod logto;
mod misconfiguration;
#[cfg(feature = "utoipa")]
mod openapi;
mod organization;
mod policy;
mod rejection;
mod requirement;
mod resource_metadata;
mod resources;
mod routes;
mod scope;
mod scope_const;
pub mod telemetry;
#[cfg(feature = "test-util")]
#[cfg_attr(docsrs, doc(cfg(feature = "test-util")))]
pub mod test_util;
mod text;
mod verify;
mod warm_up;

#[doc(hidden)]
#[path = "private.rs"]
pub mod __private;

#[cfg(any(fuzzing, test))]
#[doc(hidden)]
#[path = "fuzzing/mod.rs"]
pub mod __fuzz;

// The public interface is:
#[cfg(feature = "utoipa")]
#[cfg_attr(docsrs, doc(cfg(feature = "utoipa")))]
pub use crate::openapi::DescribeError;
pub use crate::{
    algorithm::Algorithm,
    auth_info::AuthInfo,
    builder::Builder,
    config::ConfigError,
    custom_claims::ClaimsError,
    extract::{Claims, Guard, Public},
    health::Health,
    inventory::{GuardInfo, guards},
    logto::{AlreadyInstalled, Logto, LogtoState},
    organization::OrganizationId,
    policy::{AnyOf, Policy},
    rejection::{Rejection, RejectionCode},
    requirement::{OrganizationSource, Requirement, RequirementKind, ScopeExpr, Subject},
    routes::{Access, GuardedArguments, Route, Routes},
    scope_const::Scope,
    warm_up::WarmUpError,
};
#[cfg(feature = "macros")]
#[cfg_attr(docsrs, doc(cfg(feature = "macros")))]
pub use logto_macros::{
    public, require_any, require_auth, require_org_permission, require_org_scopes, require_scopes,
    scopes,
};
