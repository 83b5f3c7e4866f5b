//! What fits this crate to a program that a team already has: other places for the token, several
//! tenants, `deny_if_async`, rejections of the application, and organizations of jobs.

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

/// Before the first test: an event that is first met on a thread without a subscriber may be cached as
/// one that nobody hears.
#[ctor::ctor(unsafe)]
fn hear_every_event() {
    tracing::subscriber::set_global_default(tracing_subscriber::Registry::default()).unwrap();
}
