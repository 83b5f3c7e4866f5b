//! The state of the reconciler in this process. `webhook/replay.rs` sets it.

use std::sync::atomic::AtomicBool;

use super::moment::Moment;

/// How the last passes of the reconciler over Logto's own log of deliveries have ended.
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
