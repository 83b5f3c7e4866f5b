//! How a fixture that is used wrongly fails the test.

use std::fmt;

#[track_caller]
#[expect(
    clippy::panic,
    reason = "a fixture used wrongly fails the test that uses it"
)]
pub(super) fn misuse(what: impl fmt::Display) -> ! {
    panic!("test tenant: {what}")
}
