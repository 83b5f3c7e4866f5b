//! [`Pulse`] notices that the process was stopped, for example by `SIGSTOP`. The task that reads the
//! revocation log uses it.
//!
//! A call of the log can fail although the log works: the process was stopped for so long that the answer
//! came too late. To notice this, [`Pulse`] reads the time several times a second during each wait.

use std::{pin::pin, time::Duration};

use tokio::time::sleep;

use super::Revocations;
use crate::clock::Reading;

/// How often the time is read during a wait.
const EVERY: Duration = Duration::from_millis(200);

/// A longer gap between two readings of the time counts as a stop of the process. A busy machine may delay a
/// reading, but not for so long.
const STOPPED: Duration = Duration::from_millis(700);

/// Remembers when the time was last read. Adds up the stops of the process since the last call of
/// [`take_stop`](Self::take_stop).
#[derive(Default)]
pub(super) struct Pulse {
    felt_at: Option<Reading>,
    stopped_for: Duration,
}

impl Pulse {
    /// Waits for `future`. Notices a stop of the process during this wait, or since the previous wait.
    pub(super) async fn during<T>(
        &mut self,
        list: &Revocations,
        future: impl Future<Output = T>,
    ) -> T {
        let mut future = pin!(future);
        loop {
            self.feel(list.now());
            tokio::select! {
                biased;
                done = &mut future => {
                    self.feel(list.now());
                    return done;
                }
                () = sleep(EVERY) => {}
            }
        }
    }

    /// Returns for how long the process was stopped since the last call of this method.
    pub(super) fn take_stop(&mut self) -> Duration {
        std::mem::take(&mut self.stopped_for)
    }

    /// Returns when the time was last read.
    pub(super) fn felt_at(&self) -> Option<Reading> {
        self.felt_at
    }

    /// Notes that the time was read. Notices a stop of the process since the time was last read.
    pub(super) fn feel(&mut self, now: Reading) {
        let felt_at = self.felt_at.replace(now);
        let gap = felt_at.map_or(Duration::ZERO, |felt_at| now.since(felt_at));
        if gap > STOPPED {
            self.stopped_for += gap;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_gap_of_more_than_700_ms_is_a_stop_and_is_returned_once() {
        let at = |millis: u64| Reading {
            monotonic: Duration::from_millis(millis),
            wall_millis: 0,
        };
        for (gap, stopped_for) in [(200, 0), (700, 0), (701, 701), (600_000, 600_000)] {
            let mut pulse = Pulse::default();
            for moment in [100_000, 100_200, 100_200 + gap, 100_400 + gap] {
                pulse.feel(at(moment));
            }
            assert_eq!(
                pulse.take_stop(),
                Duration::from_millis(stopped_for),
                "{gap} ms"
            );
            assert_eq!(pulse.take_stop(), Duration::ZERO, "{gap} ms");
        }
    }
}
