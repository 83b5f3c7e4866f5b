//! Tests what three pages in `logto-runtime/docs` say: `with-other-crates.md`, `other-frameworks.md` and
//! `live-connections.md`.

// Clippy allows `unwrap` in tests. This marks the whole crate as a test.
#![cfg(test)]

mod buffers;
mod connections;
mod documents;
mod first_message;
mod graphql;
#[path = "../../examples/saas/src/routes/live.rs"]
mod live;
mod messages;
mod other_frameworks;
mod rate_limits;
mod routing_macros;
mod sessions;
mod support;
mod test_server;
mod typed_paths;
