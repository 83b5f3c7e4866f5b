//! Fails a test that asks the tenant for something that the tenant can't do.

use std::fmt;

/// Panics with this message.
#[track_caller]
#[expect(clippy::panic, reason = "the test must fail, and say why")]
pub(super) fn fail_test(what: impl fmt::Display) -> ! {
    panic!("test tenant: {what}")
}
