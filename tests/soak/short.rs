//! The soak as a test: twelve seconds.

#![expect(
    clippy::expect_used,
    reason = "a soak that cannot be set up has failed; it is a test without a harness"
)]

#[path = "mod.rs"]
mod soak;

use std::{process::ExitCode, time::Duration};

fn main() -> ExitCode {
    soak::run(Duration::from_secs(12))
}
