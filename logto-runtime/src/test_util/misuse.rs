//! Fails a test that uses the tenant wrongly.

use std::fmt;

/// Panics with this message.
#[track_caller]
#[expect(
    clippy::panic,
    reason = "a test that uses the tenant wrongly must fail"
)]
pub(super) fn misuse(what: impl fmt::Display) -> ! {
    panic!("test tenant: {what}")
}
