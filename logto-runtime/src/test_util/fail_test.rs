//! Fails a test for which the tenant can't do what it asks.

use std::fmt;

/// Panics with this message.
#[track_caller]
#[expect(clippy::panic, reason = "the test must fail, and say why")]
pub(super) fn fail_test(what: impl fmt::Display) -> ! {
    panic!("test tenant: {what}")
}
