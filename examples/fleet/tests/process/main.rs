//! Runs the program in processes of its own.
//!
//! Without `redis-server`, the tests that need a server pass and print that they were left out. If
//! `LOGTO_REQUIRE_REDIS` is set, they fail instead.

#![cfg(test)]

mod demonstration;
mod errors;
mod flush;
mod redis;
