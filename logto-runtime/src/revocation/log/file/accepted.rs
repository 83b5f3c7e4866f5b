//! Stores in the lock file whether somebody has accepted the log.

use std::{
    fs::{self, File},
    io::{self, Read, Seek, Write},
    path::Path,
};

/// The content of the lock file while the log is new and nobody has accepted it. A new log may lack earlier
/// revocations, so somebody must accept it.
const NEW: &[u8] = b"new\n";

/// The content of the lock file after somebody has accepted the log.
const ACCEPTED: &[u8] = b"accepted\n";

/// Reads whether the log at `path` is new. If the log starts now, notes first that it is new. So if a crash
/// follows, the log still counts as new.
pub(super) fn is_new(lock: &File, path: &Path) -> io::Result<bool> {
    let mut content = Vec::new();
    { lock }.read_to_end(&mut content)?;
    // An empty file with an empty lock file was not a log yet. Somebody may have created it with `touch`, and
    // a process may have crashed before it noted that the log is new.
    let is_empty = || fs::metadata(path).is_ok_and(|file| file.len() == 0);
    if !path.try_exists()? || (content.is_empty() && is_empty()) {
        write(lock, NEW)?;
        return Ok(true);
    }
    // Records without a lock file are, for example, those of a backup. They count as accepted. Half a word,
    // as after a crash, counts as new.
    Ok(!content.is_empty() && content != ACCEPTED)
}

/// Notes that somebody has accepted the log, also for later starts of the process.
pub(super) fn set_accepted(lock: &File) -> io::Result<()> {
    write(lock, ACCEPTED)
}

fn write(mut lock: &File, content: &[u8]) -> io::Result<()> {
    lock.set_len(0)?;
    lock.rewind()?;
    lock.write_all(content)?;
    lock.sync_all()
}
