//! Shortens the file of a revocation log: removes old records, which cannot refuse a token any more.

use std::{
    fs::{File, Metadata},
    io,
    path::Path,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use serde::Deserialize;

use super::{lines::all, passed::no_longer_needed, rewrite::rewrite};
use crate::revocation::record::{HEALED, REVOKE};

/// Removes the records whose `not_before` (smallest accepted `iat`) is longer ago than `keep`. Also removes
/// lines that a crash has cut off.
///
/// Ages are measured from `now`, or from the newest `not_before` of a webhook record if that time is earlier.
/// So a clock that is ahead does not remove records that are still needed. Records of other sources may have
/// the time of that wrong clock. Their newest `not_before` is used only if the file has no webhook record.
///
/// The newest webhook record may be very old. So `passed.rs` also finds records that are not needed, by the
/// times of all records. The newest webhook record itself stays. Without it, a wrong clock could remove
/// needed records.
///
/// On Unix, fails if there are lines to remove and the file has a second name (a hard link). The second name
/// would still lead to the old file.
pub(super) fn shorten(
    file: &mut File,
    path: &Path,
    now: SystemTime,
    keep: Duration,
) -> io::Result<()> {
    let now = now.duration_since(UNIX_EPOCH).unwrap_or_default();
    let (now, keep) = (seconds(now), seconds(keep));
    let times = Times::of(file)?;
    let newest = times.newest();
    let oldest = newest.map_or(now, |newest| newest.min(now));
    let oldest = oldest.saturating_sub(keep);
    let needed = no_longer_needed(times.all, now, keep).unwrap_or(i64::MIN);
    let removed =
        |line: &[u8]| is_over(line, oldest) || (is_over(line, needed) && Timed::at(line) != newest);
    if !all(file)?.any(|line| line.is_ok_and(|line| removed(&line))) {
        return Ok(());
    }
    let metadata = file.metadata()?;
    if has_other_names(&metadata) {
        return Err(io::Error::other(
            "the file has a hard link, which would keep the old entries and get no new ones; remove the \
             link, or use a symbolic link",
        ));
    }
    *file = rewrite(path, metadata.permissions(), |new| {
        for line in all(file)? {
            let line = line?;
            if !removed(&line) {
                new.add(&line)?;
            }
        }
        Ok(())
    })?;
    Ok(())
}

#[cfg(unix)]
fn has_other_names(metadata: &Metadata) -> bool {
    std::os::unix::fs::MetadataExt::nlink(metadata) > 1
}

/// The standard library shows the number of names only on Unix.
#[cfg(not(unix))]
fn has_other_names(_: &Metadata) -> bool {
    false
}

/// Whether a line can be removed: its `not_before` is smaller than `oldest`, or a crash has cut it off. If
/// `not_before` is not an integer, the line stays, because a later version of this crate may have written it.
fn is_over(line: &[u8], oldest: i64) -> bool {
    match serde_json::from_slice::<Timed>(line) {
        Ok(Timed { not_before, .. }) => not_before.as_i64().is_some_and(|time| time < oldest),
        // A crash has cut the line off, so its write was never acknowledged.
        Err(_) => true,
    }
}

/// The times of the records: their `not_before`.
struct Times {
    all: Vec<i64>,
    /// The newest time of a webhook record.
    by_logto: Option<i64>,
}

impl Times {
    fn of(file: &File) -> io::Result<Self> {
        let (mut all_times, mut by_logto) = (Vec::new(), None);
        for line in all(file)? {
            let Ok(Timed { not_before, source }) = serde_json::from_slice(&line?) else {
                continue;
            };
            let time = not_before.as_i64();
            all_times.extend(time);
            if !matches!(source.as_str(), Some(REVOKE | HEALED)) {
                by_logto = time.max(by_logto);
            }
        }
        Ok(Self {
            all: all_times,
            by_logto,
        })
    }

    /// Returns the newest time of a webhook record. Without a webhook record, returns the newest time of all
    /// records.
    fn newest(&self) -> Option<i64> {
        self.by_logto.or(self.all.iter().copied().max())
    }
}

#[derive(Deserialize)]
struct Timed {
    #[serde(default)]
    not_before: serde_json::Value,
    #[serde(default)]
    source: serde_json::Value,
}

impl Timed {
    /// Returns the time of a line.
    fn at(line: &[u8]) -> Option<i64> {
        let timed: Self = serde_json::from_slice(line).ok()?;
        timed.not_before.as_i64()
    }
}

fn seconds(duration: Duration) -> i64 {
    i64::try_from(duration.as_secs()).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn records_that_no_longer_matter_and_lines_that_were_cut_off_are_removed() {
        for (line, over) in [
            (
                r#"{"v":1,"kind":"subject","id":"a","not_before":999}"#,
                true,
            ),
            (
                r#"{"v":1,"kind":"subject","id":"a","not_before":1000}"#,
                false,
            ),
            (
                r#"{"v":1,"kind":"subject","id":"a","not_before":9223372036854775807}"#,
                false,
            ),
            (r#"{"v":9,"kind":"planet","not_before":999}"#, true),
            (r#"{"v":9,"kind":"planet"}"#, false),
            (r#"{"v":9,"not_before":"soon"}"#, false),
            (r#"{"v":9,"not_before":1000,"source":7}"#, false),
            (r#"{"v":1,"kind":"subj"#, true),
            ("", true),
            ("garbage", true),
        ] {
            assert_eq!(is_over(line.as_bytes(), 1_000), over, "{line}");
        }
    }

    const DAY: u64 = 24 * 60 * 60;
    const NOW: u64 = 20_000 * DAY;

    /// Shortens a file with these records, and returns the ages of the records that are left, in days. A
    /// record is a source and an age in days.
    fn left(name: &str, records: &[(&str, u64)]) -> Vec<u64> {
        let path = std::env::temp_dir().join(format!("logto-{name}-{}", std::process::id()));
        let line = |(source, days): &(&str, u64)| {
            let not_before = NOW - days * DAY;
            let time = format!(r#""not_before":{not_before},"source":"{source}""#);
            format!(r#"{{"v":1,"kind":"token","id":"t",{time}}}"#) + "\n"
        };
        let text: String = records.iter().map(line).collect();
        std::fs::write(&path, text).unwrap();
        let mut file = super::super::rewrite::options().open(&path).unwrap();
        let (now, keep) = (Duration::from_secs(NOW), Duration::from_secs(8_400));
        shorten(&mut file, &path, UNIX_EPOCH + now, keep).unwrap();
        let text = std::fs::read_to_string(&path).unwrap();
        std::fs::remove_file(&path).unwrap();
        let left = text.lines().map(|line| {
            let time: Timed = serde_json::from_str(line).unwrap();
            (NOW - time.not_before.as_u64().unwrap()) / DAY
        });
        left.collect()
    }

    /// The service revokes at each logout. No user was suspended for a year.
    #[test]
    fn an_old_webhook_record_does_not_keep_the_records_of_a_year() {
        let calls = (0..365).rev().map(|day| (REVOKE, day));
        let records: Vec<_> = [("User.Deleted", 370), ("User.Deleted", 365)]
            .into_iter()
            .chain(calls)
            .collect();
        // The newest webhook record stays. Without it, a call with a wrong clock could remove all records.
        let kept = std::iter::once(365).chain((0..=30).rev());
        assert_eq!(left("year", &records), kept.collect::<Vec<_>>());
    }

    /// The clock is 200 days ahead. By this clock, there were calls on five days.
    #[test]
    fn a_clock_that_is_far_ahead_for_some_days_does_not_remove_needed_records() {
        let right = (200..=300).rev().map(|day| (REVOKE, day));
        let wrong = (0..5).rev().map(|day| (REVOKE, day));
        let webhook = std::iter::once(("User.Deleted", 200));
        let records: Vec<_> = right.chain(webhook).chain(wrong).collect();
        let kept = [200, 200, 4, 3, 2, 1, 0];
        assert_eq!(left("far-ahead", &records), kept);
    }

    /// The clock was set ahead by 20 days, and later by 25 days more. After each time, there was one call.
    /// The records from before are a few minutes old.
    #[test]
    fn a_clock_that_jumps_ahead_twice_by_less_than_a_month_does_not_remove_needed_records() {
        let jumps = [(REVOKE, 45), (REVOKE, 25), (REVOKE, 0)];
        let records: Vec<_> = [("User.Deleted", 60)].into_iter().chain(jumps).collect();
        assert_eq!(left("two-jumps", &records), [60, 45, 25, 0]);
        // The same after 55 days with a call on each day.
        let calls = (46..100).rev().map(|day| (REVOKE, day));
        let webhook = std::iter::once(("User.Deleted", 110));
        let records: Vec<_> = webhook.chain(calls).chain(jumps).collect();
        let kept = [110].into_iter().chain((45..=75).rev()).chain([25, 0]);
        assert_eq!(left("after-two-jumps", &records), kept.collect::<Vec<_>>());
    }
}
