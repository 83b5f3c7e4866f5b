//! Replaces the file of a log of revocations by a new one.

use std::{
    ffi::OsString,
    fs::{self, File, OpenOptions, Permissions},
    io::{self, BufWriter, Write},
    path::Path,
};

use super::lock::lock_file;

/// A new file, before it replaces the old one.
pub(super) struct NewFile(BufWriter<File>);

impl NewFile {
    pub(super) fn add(&mut self, line: &[u8]) -> io::Result<()> {
        self.0.write_all(line)?;
        self.0.write_all(b"\n")
    }
}

/// Replaces the file at a path by a new one, to which `write` adds the lines. Returns the new file. On Unix,
/// the new file is locked.
///
/// Writes the lines to a second file, synchronises it to the disk, and renames it to `path`. So a crash
/// cannot leave an incomplete file at `path`.
pub(super) fn rewrite(
    path: &Path,
    permissions: Permissions,
    write: impl FnOnce(&mut NewFile) -> io::Result<()>,
) -> io::Result<File> {
    let mut name = OsString::from(path);
    name.push(".new");
    // A crash may have left this file behind.
    let _ = fs::remove_file(&name);
    let file = create_private(Path::new(&name))?;
    // Set before the first write. Users who could not read the old file must not read the new one.
    file.set_permissions(permissions)?;
    lock_file(&file)?;
    let mut new = NewFile(BufWriter::new(file));
    write(&mut new)?;
    let file = new.0.into_inner().map_err(io::IntoInnerError::into_error)?;
    file.sync_all()?;
    fs::rename(&name, path)?;
    sync_folder(path)?;
    Ok(file)
}

/// Creates a file. On Unix, only the user of the process can open it, until its permissions are set. Somebody
/// who opened it earlier could go on reading it.
fn create_private(path: &Path) -> io::Result<File> {
    let mut options = options();
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.create_new(true).open(path)
}

/// Returns the options with which the file of a log is opened.
pub(super) fn options() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.read(true).append(true);
    options
}

/// Synchronises the folder of a file to the disk. A new file then outlives a crash. Does nothing on systems
/// other than Unix.
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

#[cfg(test)]
mod tests {
    use super::*;

    /// The permissions of the log are set after the file is created. Until then, nobody else can open it.
    #[cfg(unix)]
    #[test]
    fn a_new_file_is_created_for_the_user_of_the_process_only() {
        let name = format!("logto-private-{}", std::process::id());
        let path = std::env::temp_dir().join(name);
        let file = create_private(&path).unwrap();
        let permissions = file.metadata().unwrap().permissions();
        let mode = std::os::unix::fs::PermissionsExt::mode(&permissions);
        fs::remove_file(path).unwrap();
        assert_eq!(mode & 0o777, 0o600);
    }
}
