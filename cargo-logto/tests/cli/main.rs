//! Runs the built `cargo-logto`, mostly against a test tenant on loopback.

// Clippy allows `unwrap` in tests. This marks the whole crate as a test.
#![cfg(test)]

mod check;
mod explain;
mod files;
mod links;
mod matrix;
mod odd_source;
mod offline;
mod others;
mod outcomes;
mod proxy;
mod pull;
mod push;
mod revocation;
mod scan;
mod secrets;
mod strangers;
mod support;
mod tenant;
mod terminal;
mod unread;
mod variables;
