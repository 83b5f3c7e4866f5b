//! The soak as a program: five minutes, or as many as `--minutes` says.

#![expect(
    clippy::expect_used,
    reason = "a soak that cannot be set up has failed; there is nothing to recover"
)]

#[path = "mod.rs"]
mod soak;

use std::{env, process::ExitCode, time::Duration};

fn main() -> ExitCode {
    if env::args().nth(1).is_some_and(|first| first != "--minutes") {
        eprintln!("soak: the only argument is `--minutes 30`");
        return ExitCode::FAILURE;
    }
    soak::run(Duration::from_secs(5 * 60))
}
