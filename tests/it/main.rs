//! The behaviour of guarded APIs, from the request to the answer.

// Clippy allows `unwrap` in tests, and by this knows that all of it is one.
#![cfg(test)]

mod alarm;
mod alternatives;
mod answers;
mod attacks;
mod configuration;
mod corpora;
mod cost;
mod diagnosis;
mod events;
mod extractors;
mod grpc;
mod health;
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
mod routes;
mod saas;
mod second_opinion;
mod silence;
mod subjects;
mod support;
mod telemetry;
mod test_tenant;
mod token_rules;
