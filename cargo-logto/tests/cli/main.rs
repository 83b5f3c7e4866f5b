//! Runs the built `cargo-logto` against a test tenant on loopback.

// Clippy allows `unwrap` in tests. This marks the whole crate as a test.
#![cfg(test)]

mod check;
mod explain;
mod matrix;
mod offline;
mod others;
mod proxy;
mod pull;
mod push;
mod revocation;
mod support;
mod tenant;
