//! The lines of the page "with other crates", compiled and called with the real crates.

// Clippy allows `unwrap` in tests. This marks the whole crate as a test.
#![cfg(test)]

mod documents;
mod graphql;
mod leptos;
mod live;
mod other_frameworks;
mod sessions;
mod support;
mod test_server;
mod typed_paths;
