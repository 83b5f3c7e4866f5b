//! Shortens the file of a revocation log: removes old records, which cannot refuse a token any more.

use std::{
    fs::{File, Metadata},
    io,
    path::Path,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use serde::Deserialize;

use super::{lines::all, rewrite::rewrite};
use crate::revocation::record::{HEALED, REVOKE};

/// Removes the records whose `not_before` (smallest accepted `iat`) is longer ago than `keep`. Also removes
/// lines that a crash has cut off.
///
/// Ages are measured from `now`, or from the newest `not_before` of a webhook record if that time is earlier.
/// So a clock that is ahead does not remove records that are still needed. Records of other sources may have
/// the time of that wrong clock. Their newest `not_before` is used only if the file has no webhook record.
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
    let newest = newest(file)?;
    let now = newest.map_or(seconds(now), |newest| newest.min(seconds(now)));
    let oldest = now.saturating_sub(seconds(keep));
    if !all(file)?.any(|line| line.is_ok_and(|line| is_over(&line, oldest))) {
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
            if !is_over(&line, oldest) {
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

/// Returns the newest `not_before` of a webhook record. Without a webhook record, returns the newest
/// `not_before` of all records.
fn newest(file: &File) -> io::Result<Option<i64>> {
    let (mut by_logto, mut by_anybody) = (None, None);
    for line in all(file)? {
        let Ok(Timed { not_before, source }) = serde_json::from_slice(&line?) else {
            continue;
        };
        let time = not_before.as_i64();
        by_anybody = time.max(by_anybody);
        if !matches!(source.as_str(), Some(REVOKE | HEALED)) {
            by_logto = time.max(by_logto);
        }
    }
    Ok(by_logto.or(by_anybody))
}

#[derive(Deserialize)]
struct Timed {
    #[serde(default)]
    not_before: serde_json::Value,
    #[serde(default)]
    source: serde_json::Value,
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
}
