//! The behaviour of guarded APIs, from the request to the answer.
//!
//! All tests are in one binary, so that it is linked once. `support` has what the tests share, such as requests
//! and the type `Answer`, which compares responses. `events` collects log events. `alarm` aborts the tests if
//! any crate logs a token. `recorded` reads the tokens recorded from Logto servers, and `corpora` has
//! thousands of valid and forged tokens with their expected answers.

// Clippy allows `unwrap` in tests. This marks the whole crate as a test.
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

/// Whether the guards of `extractors`, `layers` and `organization_binding` begin without keys. `cold` runs
/// these suites again, with `true`.
const COLD: bool = false;
