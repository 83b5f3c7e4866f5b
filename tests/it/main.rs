//! The behaviour of guarded APIs, from the request to the answer.
//!
//! This folder is one test binary, so it is linked only once. Its tests share these modules:
//!
//! - `support`: requests, and `Answer`, which compares responses
//! - `events`: collects log events
//! - `alarm`: aborts the tests if any crate logs a token
//! - `recorded`: the tokens recorded from Logto servers
//! - `corpora`: thousands of valid and forged tokens, with the answers that they must get

// Marks the whole crate as test code, because Clippy allows `unwrap` only there.
#![cfg(test)]

mod alarm;
mod alternatives;
mod answers;
mod attacks;
mod cold;
mod configuration;
mod corpora;
mod cost;
mod diagnosis;
mod events;
mod extractors;
mod grpc;
mod health;
mod http_client;
mod inventory;
mod key_set;
mod layer_calls;
mod layers;
mod logs;
mod openapi;
mod organization_binding;
mod properties;
mod recorded;
mod recorded_decisions;
mod resource_metadata;
mod revocation;
mod routes;
mod saas;
mod second_opinion;
mod silence;
mod subjects;
mod support;
mod telemetry;
mod test_tenant;
mod token_rules;

/// Whether `Logto` starts without keys in the tests of `extractors`, `layers` and `organization_binding`.
/// `cold` runs these tests again with `true`.
const COLD: bool = false;
