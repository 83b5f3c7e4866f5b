//! The soak as a program: five minutes, or as many as `--minutes` says.

#![expect(
    clippy::expect_used,
    reason = "a soak that cannot be set up has failed; there is nothing to recover"
)]

#[path = "mod.rs"]
mod soak;

use std::{process::ExitCode, time::Duration};

fn main() -> ExitCode {
    soak::run(Duration::from_secs(5 * 60))
}
