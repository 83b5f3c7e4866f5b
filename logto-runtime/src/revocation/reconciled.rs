//! The state of the reconciler of this process, which calls `webhook/replay.rs`.

use std::sync::atomic::AtomicBool;

use super::moment::Moment;

/// How the last passes of the reconciler have ended.
#[derive(Debug)]
pub(super) struct Reconciling {
    /// When a pass last applied everything in Logto's own log.
    pub(super) complete: Moment,
    /// Whether the last pass failed.
    pub(super) fails: AtomicBool,
}

impl Reconciling {
    /// Returns the state before the first pass.
    pub(super) fn unknown() -> Self {
        Self {
            complete: Moment::unset(),
            fails: AtomicBool::new(false),
        }
    }
}
