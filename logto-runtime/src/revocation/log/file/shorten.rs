//! Removes the records that cannot refuse a token any more.

use std::{
    ffi::OsString,
    fs::{self, File, OpenOptions},
    io::{self, BufRead, BufReader, BufWriter, Seek, SeekFrom, Write},
    path::Path,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use serde::Deserialize;

/// Removes the records whose time is longer ago than `keep`, and lines that a crash cut off.
///
/// `keep` counts from the time of the newest record if that is earlier than `now`. So a clock that is ahead
/// does not remove records that are needed when the clock is right again.
///
/// Writes the other records to a second file, synchronises it to the disk, and renames it over the first
/// file. After a crash at any moment, the file at `path` is complete.
pub(super) fn shorten(
    file: &mut File,
    path: &Path,
    now: SystemTime,
    keep: Duration,
) -> io::Result<()> {
    let now = now.duration_since(UNIX_EPOCH).unwrap_or_default();
    let newest = lines(file)?.filter_map(|line| time_of(&line.ok()?)).max();
    let now = newest.map_or(seconds(now), |newest| newest.min(seconds(now)));
    let oldest = now.saturating_sub(seconds(keep));
    if !lines(file)?.any(|line| line.is_ok_and(|line| is_over(&line, oldest))) {
        return Ok(());
    }
    let mut name = OsString::from(path);
    name.push(".new");
    let _ = fs::remove_file(&name);
    let options = || {
        let mut options = OpenOptions::new();
        options.read(true).append(true);
        options
    };
    let new = options().create_new(true).open(&name)?;
    // Sets the permissions before the first write, so that the ids are as private as before.
    new.set_permissions(file.metadata()?.permissions())?;
    let mut writer = BufWriter::new(new);
    for line in lines(file)? {
        let line = line?;
        if !is_over(&line, oldest) {
            writer.write_all(&line)?;
            writer.write_all(b"\n")?;
        }
    }
    let new = writer
        .into_inner()
        .map_err(io::IntoInnerError::into_error)?;
    new.sync_all()?;
    fs::rename(&name, path)?;
    *file = new;
    sync_folder(path)
}

/// Synchronises the folder of this file to the disk, so that a new file is still there after a crash.
pub(super) fn sync_folder(path: &Path) -> io::Result<()> {
    #[cfg(unix)]
    {
        let folder = path.parent().filter(|it| !it.as_os_str().is_empty());
        File::open(folder.unwrap_or(Path::new(".")))?.sync_all()?;
    }
    #[cfg(not(unix))]
    let _ = path;
    Ok(())
}

fn lines(file: &mut File) -> io::Result<impl Iterator<Item = io::Result<Vec<u8>>>> {
    file.seek(SeekFrom::Start(0))?;
    Ok(BufReader::new(&*file).split(b'\n'))
}

/// Whether a line is not needed any more. A record of a later version stays, unless it has a `not_before`
/// that is over.
fn is_over(line: &[u8], oldest: i64) -> bool {
    match serde_json::from_slice::<Timed>(line) {
        Ok(Timed { not_before }) => not_before.as_i64().is_some_and(|time| time < oldest),
        // A crash cut the line off, so its write was never acknowledged.
        Err(_) => true,
    }
}

fn time_of(line: &[u8]) -> Option<i64> {
    let Timed { not_before } = serde_json::from_slice(line).ok()?;
    not_before.as_i64()
}

#[derive(Deserialize)]
struct Timed {
    #[serde(default)]
    not_before: serde_json::Value,
}

fn seconds(duration: Duration) -> i64 {
    i64::try_from(duration.as_secs()).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn records_that_are_over_and_lines_that_were_cut_off_are_removed() {
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
            (r#"{"v":1,"kind":"subj"#, true),
            ("", true),
            ("garbage", true),
        ] {
            assert_eq!(is_over(line.as_bytes(), 1_000), over, "{line}");
        }
    }
}
