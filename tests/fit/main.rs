//! Tests features that an existing program may need when it begins to use this crate:
//!
//! - other places for the token
//! - several tenants
//! - `deny_if_async`
//! - rejections and organization ids that come from the program itself

// Clippy allows `unwrap` in tests. This marks the whole crate as a test.
#![cfg(test)]

mod application_rejections;
mod deny_async;
mod documents;
#[path = "../it/silence/log.rs"]
mod log;
mod sources;
#[allow(dead_code, reason = "shared with the tests in `it`")]
#[path = "../it/support.rs"]
mod support;
mod tenants;

/// Gives every thread a subscriber before the first test. If a thread without a subscriber sent an event
/// first, `tracing` might cache that nobody listens to this event.
#[ctor::ctor(unsafe)]
fn hear_every_event() {
    tracing::subscriber::set_global_default(tracing_subscriber::Registry::default()).unwrap();
}
