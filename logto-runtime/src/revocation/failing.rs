//! Decides when failures to read the log end a pause.
//!
//! After a pause, requests wait until the log is read. If the log is out of reach, they must not wait for
//! ever. But the first failures after a pause may only show that connections died during the pause.

use std::time::Duration;

use super::attached::PAUSED;
use crate::clock::Reading;

/// How many tries must fail. A log can have two connections that died during the pause, and each try finds
/// one of them.
const TRIES: u32 = 3;

/// For how long tries must fail. This is shorter than the wait of a request, so that the wait ends in time.
const FAILS_FOR: Duration = Duration::from_secs(1);

/// The tries that have failed since a pause.
#[derive(Default)]
pub(super) struct Failing {
    tries: u32,
    began_at: Option<Reading>,
    /// For how long the process was stopped during other tries.
    stopped_for: Duration,
}

impl Failing {
    /// Notes a try that has failed. `stopped_for` is for how long the process was stopped during the try.
    /// Returns whether the log is out of reach.
    pub(super) fn note(&mut self, began_at: Reading, now: Reading, stopped_for: Duration) -> bool {
        if stopped_for.is_zero() {
            self.tries += 1;
            let began_at = *self.began_at.get_or_insert(began_at);
            return self.tries >= TRIES && now.since(began_at) >= FAILS_FOR;
        }
        // The try failed because of the stop, so it shows nothing. After a long stop, earlier tries show
        // nothing either.
        self.stopped_for += stopped_for;
        if self.stopped_for > PAUSED {
            *self = Self::default();
        }
        false
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(millis: u64) -> Reading {
        Reading {
            monotonic: Duration::from_millis(millis),
            wall_millis: 0,
        }
    }

    #[test]
    fn three_failures_within_at_least_a_second_show_that_the_log_is_out_of_reach() {
        for (ends, out_of_reach) in [
            (&[0, 1_600][..], [false, false].as_slice()),
            (&[0, 700, 999], &[false; 3]),
            (&[0, 700, 1_000], &[false, false, true]),
            (
                &[0, 100, 200, 300, 1_000],
                &[false, false, false, false, true],
            ),
        ] {
            let mut failing = Failing::default();
            let noted: Vec<_> = ends
                .iter()
                .map(|end| failing.note(at(1_000), at(1_000 + end), Duration::ZERO))
                .collect();
            assert_eq!(noted, out_of_reach, "{ends:?}");
        }
    }

    #[test]
    fn a_try_during_which_the_process_was_stopped_does_not_count() {
        let second = Duration::from_secs(1);
        for (stops, out_of_reach) in [
            (&[1, 1][..], true),
            (&[5], true),
            (&[6], false),
            (&[3, 3], false),
        ] {
            let mut failing = Failing::default();
            for end in [1_000, 2_000] {
                assert!(!failing.note(at(0), at(end), Duration::ZERO), "{stops:?}");
            }
            for seconds in stops {
                assert!(
                    !failing.note(at(2_000), at(9_000), *seconds * second),
                    "{stops:?}"
                );
            }
            let noted = failing.note(at(9_000), at(9_100), Duration::ZERO);
            assert_eq!(noted, out_of_reach, "{stops:?}");
        }
    }
}
