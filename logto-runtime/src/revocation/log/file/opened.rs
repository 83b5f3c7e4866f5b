//! [`Opened`]: the file of a log of revocations while a process has it open.

use std::{
    collections::HashSet,
    fs::File,
    io::{self, Seek, SeekFrom, Write},
    path::PathBuf,
    time::{Duration, SystemTime},
};

use super::{
    lines::{all, end_last_line, first, last, read},
    lock::lock_file,
    place::{Place, State},
    rewrite::{options, rewrite, sync_folder},
    shorten::shorten,
};
use crate::revocation::log::Logged;

/// How many low bits of a position hold the offset of the end of the record in the file. The bits above them
/// hold the number of replacements of the file.
const OFFSET_BITS: u32 = u64::BITS;

/// The open file of a log, and its path without links.
///
/// Somebody may replace or remove the file at the path, for example with `sed -i`. Records that are then
/// appended to the open file are lost at a restart. So call [`keep_at_path`](Self::keep_at_path) before each
/// use.
pub(super) struct Opened {
    path: PathBuf,
    file: File,
    /// How many times this process has noticed that somebody replaced, removed or changed the file. Positions
    /// contain this number, so positions in a later file are greater.
    replaced: u64,
    /// The last known state of the file.
    state: State,
}

impl Opened {
    /// Opens the file at a path without links, or creates it. On Unix, also locks it.
    pub(super) fn open(path: PathBuf) -> io::Result<Self> {
        let (mut file, is_created) = match options().create_new(true).open(&path) {
            Ok(file) => (file, true),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
                (options().open(&path)?, false)
            }
            Err(error) => return Err(error),
        };
        lock_file(&file)?;
        if is_created {
            sync_folder(&path)?;
        } else {
            end_last_line(&mut file)?;
        }
        Ok(Self {
            path,
            state: State::of(&file)?,
            file,
            replaced: 0,
        })
    }

    /// Removes the records whose `not_before` (smallest accepted `iat`) is longer ago than `keep`. Also
    /// removes lines that a crash has cut off.
    pub(super) fn shorten(&mut self, now: SystemTime, keep: Duration) -> io::Result<()> {
        self.keep_at_path()?;
        let shortened = shorten(&mut self.file, &self.path, now, keep);
        self.state = State::of(&self.file)?;
        shortened
    }

    /// Appends whole lines and synchronises them to the disk.
    pub(super) fn append(&mut self, lines: &str) -> io::Result<()> {
        // If a write was cut off, the next record must still begin on a new line.
        end_last_line(&mut self.file)?;
        let length = self.file.seek(SeekFrom::End(0))?;
        let before = self.state.length;
        let written = self.file.write_all(lines.as_bytes());
        let written = written.and_then(|()| self.file.sync_data());
        if written.is_err() {
            // If this fails too, the next call ends the line.
            let _ = self.file.set_len(length);
        }
        self.state = State::of(&self.file)?;
        written?;
        let added = u64::try_from(lines.len()).unwrap_or(u64::MAX);
        if length < before || self.state.length != length.saturating_add(added) {
            // Somebody else has changed the file at the same time.
            self.replaced += 1;
        }
        // The file may have been replaced during the write.
        self.keep_at_path()
    }

    pub(super) fn read_after(&mut self, position: Option<u128>) -> io::Result<Vec<Logged>> {
        let position = position.unwrap_or(0);
        // A position in an earlier file is smaller than all positions in this file.
        let start = if position >> OFFSET_BITS == u128::from(self.replaced) {
            u64::try_from(position & u128::from(u64::MAX)).unwrap_or(u64::MAX)
        } else {
            0
        };
        let page = read(&mut self.file, start)?.into_iter();
        let page = page.map(|(offset, record)| Logged {
            position: self.position(offset),
            record,
        });
        Ok(page.collect())
    }

    /// Returns the positions of the first and the last record.
    pub(super) fn ends(&mut self) -> io::Result<(Option<u128>, Option<u128>)> {
        let (first, last) = (first(&mut self.file)?, last(&mut self.file)?);
        let position = |offset| self.position(offset);
        Ok((first.map(position), last.map(position)))
    }

    pub(super) fn times_replaced(&self) -> u64 {
        self.replaced
    }

    fn position(&self, offset: u64) -> u128 {
        u128::from(self.replaced) << OFFSET_BITS | u128::from(offset)
    }

    /// If the path does not lead to the open file any more, writes a new file with all records of the open
    /// file. If the path leads to another file, keeps the records of that file too.
    ///
    /// So even records that this process has not read yet are kept. But if somebody has changed the open file
    /// itself, records may be missing.
    ///
    /// If somebody has replaced, removed or changed the file, this method increases the number of
    /// replacements. So the task in `task.rs` reads the log from its start, and writes back the missing
    /// entries.
    pub(super) fn keep_at_path(&mut self) -> io::Result<()> {
        let found = match Place::of(&self.file, &self.path) {
            Ok(Place::Same) => {
                let state = State::of(&self.file)?;
                if state != self.state {
                    (self.state, self.replaced) = (state, self.replaced + 1);
                }
                return Ok(());
            }
            Ok(Place::Other) => Some(options().open(&self.path).map_err(|error| {
                let problem = "was replaced by a file that can't be opened";
                with_fix(&error, problem, "read and write the file")
            })?),
            Ok(Place::Nothing) => None,
            // The file was replaced outside of this container. The error of `Place::of` names the fix.
            Err(error) if error.kind() == io::ErrorKind::Other => return Err(error),
            Err(error) => return Err(with_fix(&error, "can't be opened again", "read the file")),
        };
        if let Some(found) = &found {
            lock_file(found)?;
        }
        self.file = self.write_again(found.as_ref()).map_err(|error| {
            let problem = "was replaced or removed, and can't be written again";
            with_fix(&error, problem, "write to the folder")
        })?;
        (self.state, self.replaced) = (State::of(&self.file)?, self.replaced + 1);
        Ok(())
    }

    fn write_again(&self, found: Option<&File>) -> io::Result<File> {
        let permissions = self.file.metadata()?.permissions();
        rewrite(&self.path, permissions, |new| {
            let mut written = HashSet::new();
            for file in found.into_iter().chain([&self.file]) {
                for line in all(file)? {
                    let line = line?;
                    if !line.is_empty() && !written.contains(&line) {
                        new.add(&line)?;
                        written.insert(line);
                    }
                }
            }
            Ok(())
        })
    }
}

fn with_fix(error: &io::Error, problem: &str, right: &str) -> io::Error {
    let message = format!(
        "it {problem}: {error}; let this process {right}, and do not stop it before this error is gone"
    );
    io::Error::new(error.kind(), message)
}

#[cfg(test)]
mod tests {
    /// The link in `/proc` still leads to the open file after the file was removed. A file that is mounted
    /// into a container without its folder behaves in the same way.
    #[cfg(target_os = "linux")]
    #[test]
    fn the_error_about_a_file_that_was_replaced_outside_of_a_container_has_one_fix() {
        use std::{env, fs, os::fd::AsRawFd as _, process};

        let path = env::temp_dir().join(format!("logto-mounted-{}", process::id()));
        let mut opened = super::Opened::open(path.clone()).unwrap();
        fs::remove_file(&path).unwrap();
        opened.path = format!("/proc/self/fd/{}", opened.file.as_raw_fd()).into();
        let error = opened.keep_at_path().unwrap_err().to_string();
        assert!(error.ends_with("not the file alone"), "{error}");
    }

    /// A folder stands for a file that this process may not open.
    #[test]
    fn the_error_about_a_file_in_place_of_the_log_that_cannot_be_opened_has_a_fix() {
        use std::{env, fs, process};

        let folder = env::temp_dir().join(format!("logto-in-place-{}", process::id()));
        fs::create_dir_all(&folder).unwrap();
        let path = fs::canonicalize(&folder).unwrap().join("revoked.log");
        let mut opened = super::Opened::open(path.clone()).unwrap();
        opened.append("first\n").unwrap();
        fs::remove_file(&path).unwrap();
        fs::create_dir(&path).unwrap();
        let error = opened.keep_at_path().unwrap_err().to_string();
        let fix = "let this process read and write the file, and do not stop it before this error is gone";
        assert!(error.ends_with(fix), "{error}");
        assert!(error.contains("was replaced"), "{error}");
        fs::remove_dir(&path).unwrap();
        opened.keep_at_path().unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), "first\n");
        fs::remove_dir_all(folder).unwrap();
    }
}
