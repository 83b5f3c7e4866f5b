//! How much time has passed since a record was written, by the times of later records.
//!
//! The wall clock alone does not show this. If it is years ahead, all records seem to be old, but some are
//! still needed. The same holds for the records that a process with such a clock has written.

/// The longest gap between two records in a series, in seconds. A clock that jumps further ahead makes a
/// longer gap.
const LONGEST_GAP: i64 = 30 * DAY;

/// During a longer gap, the clock may have jumped ahead. So a longer gap does not count as passed time.
const DAY: i64 = 24 * 60 * 60;

/// Returns a time before which records are not needed any more; `None` if the records do not show such a
/// time. The time is at most that of [`no_longer_needed`].
///
/// The clock may have jumped ahead several times within a series, and each jump can be shorter than
/// [`LONGEST_GAP`]. So between this time and the newest record, the gaps of at most a day must also add up to
/// [`LONGEST_GAP`] plus `keep`.
pub(super) fn surely_no_longer_needed(mut times: Vec<i64>, now: i64, keep: i64) -> Option<i64> {
    let oldest = no_longer_needed(times.clone(), now, keep)?;
    times.retain(|time| *time <= now);
    times.sort_unstable_by(|one, other| other.cmp(one));
    let mut missing = LONGEST_GAP.saturating_add(keep);
    for (later, earlier) in times.iter().zip(times.iter().skip(1)) {
        let gap = later.saturating_sub(*earlier);
        if gap > DAY {
            continue;
        }
        if gap >= missing {
            return Some(later.saturating_sub(missing).min(oldest));
        }
        missing -= gap;
    }
    None
}

/// Returns a time before which records are not needed any more; `None` if the records do not show such a
/// time.
///
/// `times` are the times of all records. `keep` is the time for which a record is needed, in seconds.
///
/// The newest times until `now` that follow each other without a long gap are a series. If the clock has
/// jumped ahead within the series, the jump is shorter than a gap. So if a record is older than such a gap
/// plus `keep`, by the newest time of the series, it is not needed. Without a series of this length, all
/// records count as needed.
fn no_longer_needed(mut times: Vec<i64>, now: i64, keep: i64) -> Option<i64> {
    times.retain(|time| *time <= now);
    times.sort_unstable_by(|one, other| other.cmp(one));
    let newest = *times.first()?;
    let oldest = newest.checked_sub(LONGEST_GAP.saturating_add(keep))?;
    let pairs = times.iter().zip(times.iter().skip(1));
    let series =
        pairs.take_while(|(later, earlier)| later.saturating_sub(**earlier) <= LONGEST_GAP);
    series
        .map(|(_, earlier)| *earlier)
        .any(|earlier| earlier <= oldest)
        .then_some(oldest)
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
    fn a_series_without_a_long_gap_shows_which_records_are_old() {
        assert_eq!(needed(0..365, 1), Some(31));
        assert_eq!(needed(0..=31, 1), Some(31));
        assert_eq!(needed([0, 30, 60], 1), Some(31));
        assert_eq!(needed((0..365).rev(), 5), Some(35));
        // The newest record is a year old.
        assert_eq!(needed(365..700, 1), Some(396));
        // These times have not been reached.
        assert_eq!(needed((0..365).chain([-1, -400]), 1), Some(31));
    }

    /// Returns the result in days before [`NOW`], as [`needed`] does.
    fn surely_needed(days: impl IntoIterator<Item = i64>, keep: i64) -> Option<i64> {
        let times = days.into_iter().map(|day| NOW - day * DAY).collect();
        let oldest = surely_no_longer_needed(times, NOW, keep * DAY)?;
        Some((NOW - oldest) / DAY)
    }

    #[test]
    fn gaps_of_more_than_a_day_do_not_count_as_passed_time() {
        assert_eq!(surely_needed(0..365, 1), Some(31));
        assert_eq!(surely_needed(0..=31, 1), Some(31));
        assert_eq!(surely_needed(0..31, 1), None);
        assert_eq!(surely_needed([0, 30, 60], 1), None);
        assert_eq!(surely_needed([0, 20, 45], 1), None);
        assert_eq!(surely_needed((0..365).step_by(2), 1), None);
        // The clock has jumped ahead by 20 days, ten days ago.
        assert_eq!(surely_needed((0..=10).chain(30..365), 1), Some(51));
        // The jump is longer than a series allows.
        assert_eq!(surely_needed((0..=10).chain(50..365), 1), None);
        // The newest record is a year old, and some times have not been reached.
        assert_eq!(surely_needed((365..700).chain([-1, -9]), 1), Some(396));
        let least = vec![0, i64::MIN];
        assert_eq!(surely_no_longer_needed(least, 0, i64::MAX), None);
    }

    #[test]
    fn without_a_long_series_no_record_counts_as_old() {
        assert_eq!(needed([], 1), None);
        assert_eq!(needed([0], 1), None);
        assert_eq!(needed([400], 1), None);
        assert_eq!(needed(0..31, 1), None);
        assert_eq!(needed([0, 31, 62], 1), None);
        // The clock is a year ahead, and the process has written records for some days.
        assert_eq!(needed((0..20).chain(365..700), 1), None);
        assert_eq!(no_longer_needed(vec![0, i64::MIN], 0, i64::MAX), None);
        assert_eq!(no_longer_needed(vec![i64::MIN, i64::MIN], 0, 0), None);
    }
}
