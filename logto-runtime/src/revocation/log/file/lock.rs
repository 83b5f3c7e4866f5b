//! The locks that keep a log of revocations from being opened twice.

use std::{
    ffi::OsString,
    fs::{self, File, OpenOptions},
    io,
    path::{Path, PathBuf},
};

/// How many symbolic links [`resolved`] reads at most, one after the other. Linux has the same limit.
const LINKS: u32 = 40;

/// Follows the symbolic links in a path. Returns the path of the file, without links, `.` and `..`. The file
/// need not exist, but its folder must.
pub(super) fn resolved(path: &Path) -> io::Result<PathBuf> {
    let mut path = path.to_owned();
    for _ in 0..LINKS {
        match fs::canonicalize(&path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            result => return result,
        }
        let parent = path.parent().filter(|it| !it.as_os_str().is_empty());
        let folder = fs::canonicalize(parent.unwrap_or(Path::new(".")))?;
        match fs::read_link(&path) {
            // The target may be a link too, so the next round resolves it.
            Ok(target) => path = folder.join(target),
            Err(_) => {
                let name = path.file_name().ok_or(io::ErrorKind::NotFound)?;
                return Ok(folder.join(name));
            }
        }
    }
    Err(io::Error::other(
        "the links to the log of revocations do not end; give the path of the file",
    ))
}

/// Locks the log. `path` must not contain links. Fails at once if the log is locked already. Returns the lock
/// file. The path of the lock file is `path` with `.lock` at the end.
pub(super) fn lock(path: &Path) -> io::Result<File> {
    let mut name = OsString::from(path);
    name.push(".lock");
    let mut options = OpenOptions::new();
    let lock = options
        .read(true)
        .write(true)
        .create(true)
        .truncate(false)
        .open(name)?;
    try_lock(&lock)?;
    Ok(lock)
}

/// On Unix, locks the file of the log itself. Fails at once if it is locked already.
///
/// The lock file is not enough. A hard link or a mount of a container gives the file a second path, and so a
/// second lock file. On Windows, a lock on the file itself would keep other programs from reading the file.
pub(super) fn lock_file(file: &File) -> io::Result<()> {
    if cfg!(unix) { try_lock(file) } else { Ok(()) }
}

fn try_lock(file: &File) -> io::Result<()> {
    fs4::FileExt::try_lock(file).map_err(|error| match error {
        fs4::TryLockError::WouldBlock => {
            let message = "the log of revocations is open already: another process has it open, or \
                           this process opened it before; open it only once; run one process, or \
                           use a log for several processes";
            io::Error::new(io::ErrorKind::WouldBlock, message)
        }
        fs4::TryLockError::Error(error) => error,
    })
}
