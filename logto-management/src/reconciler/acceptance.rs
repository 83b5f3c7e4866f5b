//! Decides whether a pass has read every delivery that matters, so that a new log of revocations is complete.

/// For how long Logto keeps its log of deliveries, in milliseconds.
const LOGTO_KEEPS: i64 = 24 * 3_600 * 1_000;

/// Why a pass does not accept a new log of revocations.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Obstacle {
    /// Revocations matter for longer than Logto keeps its log of deliveries.
    LogtoForgets,
}

impl Obstacle {
    /// Returns what hides deliveries from a pass that began at `now`. Revocations since `oldest` matter. Both
    /// moments are in milliseconds since the Unix epoch.
    pub(super) fn of(oldest: i64, now: i64) -> Option<Self> {
        (now.saturating_sub(oldest) > LOGTO_KEEPS).then_some(Self::LogtoForgets)
    }
}
