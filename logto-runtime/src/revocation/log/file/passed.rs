//! How much time has passed since a record was written, by the times of later records.
//!
//! The wall clock alone does not show this. If it is years ahead, all records seem to be old, but some are
//! still needed. If a process with such a clock writes records, the newest time does not show it either.

const DAY: i64 = 24 * 60 * 60;

/// How much time must have passed since a record was last needed, in seconds.
const SPARE: i64 = 30 * DAY;

/// Returns a time before which records are not needed any more; `None` if the records do not show such a
/// time.
///
/// `times` are the times of all records. `keep` is the time for which a record is needed, in seconds.
///
/// Only gaps of at most a day between two records count as passed time. During a longer gap, the clock may
/// have jumped ahead. Between the returned time and the newest record, these gaps add up to [`SPARE`] plus
/// `keep`. Times later than `now` do not count.
pub(super) fn no_longer_needed(mut times: Vec<i64>, now: i64, keep: i64) -> Option<i64> {
    times.retain(|time| *time <= now);
    times.sort_unstable_by(|one, other| other.cmp(one));
    let mut missing = SPARE.saturating_add(keep);
    for (later, earlier) in times.iter().zip(times.iter().skip(1)) {
        let gap = later.saturating_sub(*earlier);
        if gap > DAY {
            continue;
        }
        if gap >= missing {
            return Some(later.saturating_sub(missing));
        }
        missing -= gap;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: i64 = 20_000 * DAY;

    /// Returns the result in days before [`NOW`]. `days` are the times of the records in days before `NOW`.
    fn needed(days: impl IntoIterator<Item = i64>, keep: i64) -> Option<i64> {
        let times = days.into_iter().map(|day| NOW - day * DAY).collect();
        let oldest = no_longer_needed(times, NOW, keep * DAY)?;
        Some((NOW - oldest) / DAY)
    }

    #[test]
    fn gaps_of_at_most_a_day_add_up_to_the_time_that_has_passed() {
        assert_eq!(needed(0..365, 1), Some(31));
        assert_eq!(needed((0..365).rev(), 5), Some(35));
        assert_eq!(needed(0..=31, 1), Some(31));
        assert_eq!(needed(0..31, 1), None);
        // The newest record is a year old.
        assert_eq!(needed(365..700, 1), Some(396));
        // These times have not been reached.
        assert_eq!(needed((0..365).chain([-1, -400]), 1), Some(31));
    }

    #[test]
    fn a_gap_of_more_than_a_day_does_not_count_as_passed_time() {
        assert_eq!(needed([0, 30, 60], 1), None);
        assert_eq!(needed([0, 20, 45], 1), None);
        assert_eq!(needed((0..365).step_by(2), 1), None);
        // Ten days ago, the clock has jumped ahead by 20 days, or by 40 days.
        assert_eq!(needed((0..=10).chain(30..365), 1), Some(51));
        assert_eq!(needed((0..=10).chain(50..365), 1), Some(71));
        // The clock is a year ahead, and the process has written records for some days.
        assert_eq!(needed((0..20).chain(385..396), 1), None);
    }

    #[test]
    fn without_records_of_many_days_no_record_counts_as_old() {
        assert_eq!(needed([], 1), None);
        assert_eq!(needed([0], 1), None);
        assert_eq!(needed([400], 1), None);
        assert_eq!(no_longer_needed(vec![0, i64::MIN], 0, i64::MAX), None);
        assert_eq!(no_longer_needed(vec![i64::MIN, i64::MIN], 0, 0), None);
    }
}
