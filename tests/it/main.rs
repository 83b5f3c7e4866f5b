//! The behaviour of guarded APIs, from the request to the answer.

// Clippy allows `unwrap` in tests, and by this knows that all of it is one.
#![cfg(test)]

mod alternatives;
mod answers;
mod configuration;
mod diagnosis;
mod events;
mod extractors;
mod grpc;
mod health;
mod layers;
mod attacks;
mod corpora;
mod organization_binding;
mod recorded_decisions;
mod routes;
mod saas;
mod subjects;
mod second_opinion;
mod support;
mod telemetry;
mod test_tenant;
mod token_rules;
