//! [`fail_test`], with which the test tenant fails a test.

use std::fmt;

/// Panics with this message.
#[track_caller]
#[expect(clippy::panic, reason = "the test must fail, and say why")]
pub(super) fn fail_test(what: impl fmt::Display) -> ! {
    panic!("test tenant: {what}")
}
