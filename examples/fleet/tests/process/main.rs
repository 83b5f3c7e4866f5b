//! Tests the compiled program `fleet`.
//!
//! Some tests need `redis-server`. Without it, they pass, and print that they were left out. If
//! `LOGTO_REQUIRE_REDIS` is set, they fail instead.

#![cfg(test)]

mod demonstration;
mod errors;
mod flush;
mod redis;
mod reserved;
mod running;
mod settings;
mod stop;
