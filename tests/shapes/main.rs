//! Programs as people write them, with tests of their guards. Most of these programs use `Routes`. Its table
//! shows how each route is guarded.
//!
//! Each row of the page `fits-your-program.md` is a kind of program, and names the modules that test it.

#![cfg(test)]

#[path = "../it/support.rs"]
#[allow(dead_code, reason = "the test binary `it` uses more of this module")]
mod support;

mod caller;
mod credential;
mod credential_document;
mod credential_in_path;
mod document_clients;
mod documents;
mod foreign;
mod foreign_by_hand;
mod large;
mod layered;
mod subject_in_path;
mod token_or;
mod warm_up;
