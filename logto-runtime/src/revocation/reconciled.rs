//! The state of the reconciler in this process. In each *pass*, the reconciler checks the webhook, and reads
//! Logto's own log of webhook deliveries. `webhook/replay.rs` then sets this state.

use std::sync::atomic::AtomicBool;

use super::moment::Moment;

/// How the latest passes of the reconciler have ended.
#[derive(Debug)]
pub(super) struct Reconciling {
    /// When the last complete pass ended.
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
