//! What a reconciler in this process has said about itself.

use std::sync::atomic::AtomicBool;

use super::moment::Moment;

/// How a reconciler fares.
#[derive(Debug)]
pub(super) struct Reconciling {
    /// When all that Logto has logged was last applied.
    pub(super) complete: Moment,
    pub(super) fails: AtomicBool,
}

impl Reconciling {
    pub(super) fn unknown() -> Self {
        Self {
            complete: Moment::unset(),
            fails: AtomicBool::new(false),
        }
    }
}
