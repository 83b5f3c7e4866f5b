//! Notices that somebody has replaced, removed or changed the open file of a log.

use std::{fs::File, io, path::Path, time::SystemTime};

/// Where a path leads, compared with an open file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// To the open file.
    Same,
    /// To another file.
    Other,
    /// Nowhere: the path does not exist.
    Nothing,
}

impl Place {
    /// Returns where the path leads, compared with the open file.
    ///
    /// # Errors
    ///
    /// Fails if the path can't be followed. On Unix, also fails if the open file was removed, but the path
    /// still leads to this file. New records would then be lost. An example: a container mounts only the
    /// file, not its folder, and somebody replaces the file outside of the container.
    pub(super) fn of(file: &File, path: &Path) -> io::Result<Self> {
        match compare(file, path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Self::Nothing),
            compared => compared,
        }
    }
}

#[cfg(unix)]
fn compare(file: &File, path: &Path) -> io::Result<Place> {
    use std::{fs, os::unix::fs::MetadataExt as _};

    let (open, found) = (file.metadata()?, fs::metadata(path)?);
    if (open.dev(), open.ino()) != (found.dev(), found.ino()) {
        return Ok(Place::Other);
    }
    if found.nlink() == 0 {
        return Err(io::Error::other(
            "the file was replaced outside of this container; mount the folder of the log of revocations, \
             not the file alone",
        ));
    }
    Ok(Place::Same)
}

#[cfg(not(unix))]
fn compare(file: &File, path: &Path) -> io::Result<Place> {
    use same_file::Handle;

    let same = Handle::from_path(path)? == Handle::from_file(file.try_clone()?)?;
    Ok(if same { Place::Same } else { Place::Other })
}

/// The length of a file, and when it was last written. If the length or the time changes while this process
/// does not write, somebody else has changed the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct State {
    pub(super) length: u64,
    written: Option<SystemTime>,
}

impl State {
    pub(super) fn of(file: &File) -> io::Result<Self> {
        let metadata = file.metadata()?;
        Ok(Self {
            length: metadata.len(),
            written: metadata.modified().ok(),
        })
    }
}
