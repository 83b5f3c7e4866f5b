//! Decides when the log of revocations counts as out of reach after a pause of the process.
//!
//! During a pause, the process does not run, for example because the machine is suspended. After the pause,
//! requests wait until the log is read. If the log is out of reach, they must not wait for ever. But the
//! first failures after a pause may only show that connections died during the pause. The same is true after
//! a stop of the process (see `pulse.rs`), which may be shorter than a pause.

use std::time::Duration;

use super::attached::PAUSED;
use crate::clock::Reading;

/// How many tries to read the log must fail. A try in which the process was stopped does not count. A log can
/// have two connections. If both died during the pause, two tries can fail although the log is in reach.
const TRIES: u32 = 3;

/// For how long tries must fail. A request waits for up to two seconds. This time is shorter, so the request
/// can learn that the log is out of reach.
const FAILS_FOR: Duration = Duration::from_millis(500);

/// If the process is stopped again and again, too few tries count. Tries must then fail for this long.
const FAILS_ANYWAY_FOR: Duration = Duration::from_secs(10);

/// The tries that have failed after a pause or a stop.
#[derive(Default)]
pub(super) struct Failing {
    /// How many tries have failed without a stop of the process.
    tries: u32,
    /// When the first failed try began.
    began_at: Option<Reading>,
    /// For how long the process was stopped since the count began.
    stopped_for: Duration,
}

impl Failing {
    /// Notes for how long the process was stopped. After stops of more than [`PAUSED`] in total, the count
    /// begins again.
    pub(super) fn note_stop(&mut self, stopped_for: Duration) {
        self.stopped_for = self.stopped_for.saturating_add(stopped_for);
        if self.stopped_for > PAUSED {
            *self = Self::default();
        }
    }

    /// Notes a try that has failed. `stopped_for` is how long the process was stopped during the try.
    /// Returns whether the log is out of reach.
    pub(super) fn note(&mut self, began_at: Reading, now: Reading, stopped_for: Duration) -> bool {
        if stopped_for.is_zero() {
            self.tries += 1;
        }
        let first = *self.began_at.get_or_insert(began_at);
        self.note_stop(stopped_for);
        if self.began_at.is_none() {
            return false;
        }
        let fails_for = now.since(first).saturating_sub(self.stopped_for);
        let out_of_reach =
            (self.tries >= TRIES && fails_for >= FAILS_FOR) || fails_for >= FAILS_ANYWAY_FOR;
        if out_of_reach {
            *self = Self::default();
        }
        out_of_reach
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
    fn three_failures_over_at_least_500_ms_show_that_the_log_is_out_of_reach() {
        for (ends, out_of_reach) in [
            (&[0, 1_600][..], [false, false].as_slice()),
            (&[0, 400, 499], &[false; 3]),
            (&[0, 400, 500], &[false, false, true]),
            (
                &[0, 100, 200, 300, 500],
                &[false, false, false, false, true],
            ),
            // After the third failure, the count begins again.
            (
                &[0, 400, 500, 501, 502],
                &[false, false, true, false, false],
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
    fn stops_of_more_than_five_seconds_in_total_begin_the_count_again() {
        let seconds = Duration::from_secs;
        for (stops, out_of_reach) in [
            (&[1, 1][..], true),
            (&[5], true),
            (&[6], false),
            (&[3, 3], false),
        ] {
            for during_a_try in [false, true] {
                let mut failing = Failing::default();
                for end in [1_000, 2_000] {
                    assert!(!failing.note(at(0), at(end), Duration::ZERO));
                }
                for stop in stops {
                    match during_a_try {
                        true => assert!(!failing.note(at(2_000), at(8_000), seconds(*stop))),
                        false => failing.note_stop(seconds(*stop)),
                    }
                }
                let noted = failing.note(at(9_000), at(9_100), Duration::ZERO);
                assert_eq!(noted, out_of_reach, "{stops:?} {during_a_try}");
            }
        }
    }

    /// A container that gets too little processor time can stop a process again and again.
    #[test]
    fn a_process_that_is_stopped_in_each_try_waits_until_it_has_run_for_ten_seconds() {
        let mut failing = Failing::default();
        let noted: Vec<_> = (0..16)
            .map(|number| {
                let began = number * 1_000;
                failing.note(at(began), at(began + 1_000), Duration::from_millis(300))
            })
            .collect();
        assert_eq!(noted.iter().position(|it| *it), Some(14), "{noted:?}");
    }
}
