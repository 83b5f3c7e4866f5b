//! Tests the explorer, a page that shows who may call which route of an API. Tests who may see the page, and
//! whether it shows the real answers of the API.

// Clippy allows `unwrap` in tests. This marks the whole crate as a test.
#![cfg(test)]

mod command;
mod embedded;
mod fidelity;
mod gate;
mod hostile;
mod kept;
mod paste;
mod quiet;
mod route_commands;
mod saas;
mod support;
mod traces;
mod undecided;
