//! Tests of the explorer: who may see it, and that it shows what the API answers.

// Clippy allows `unwrap` in tests. This marks the whole crate as a test.
#![cfg(test)]

mod command;
mod fidelity;
mod gate;
mod hostile;
mod kept;
mod paste;
mod quiet;
mod saas;
mod support;
mod undecided;
