//! Replaces `logto.toml`.

use std::{
    fs::{self, OpenOptions},
    io::{self, Write as _},
    path::Path,
};

/// Replaces the file in one step, so that an interruption leaves either the old or the new file.
///
/// If `file` is a link, replaces the file behind the link. The permissions of the file do not change.
pub(super) fn write(file: &Path, text: &str) -> io::Result<()> {
    let file = fs::canonicalize(file).unwrap_or_else(|_| file.to_owned());
    let temporary = file.with_extension(format!("toml.{}", std::process::id()));
    // Does not open an existing file, because it can be a link to another file.
    let mut new = OpenOptions::new()
        .write(true)
        .create_new(true)
        .open(&temporary)?;
    let permissions = fs::metadata(&file).map(|it| it.permissions());
    let written = new
        .write_all(text.as_bytes())
        .and_then(|()| permissions.map_or(Ok(()), |it| new.set_permissions(it)))
        .and_then(|()| fs::rename(&temporary, &file));
    written.inspect_err(|_| drop(fs::remove_file(&temporary)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_temporary_file_that_exists_already_is_not_overwritten() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("logto.toml");
        let temporary = folder
            .path()
            .join(format!("logto.toml.{}", std::process::id()));
        fs::write(&file, "old").unwrap();
        fs::write(&temporary, "theirs").unwrap();
        let error = write(&file, "new").unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::AlreadyExists);
        assert_eq!(fs::read_to_string(&file).unwrap(), "old");
        assert_eq!(fs::read_to_string(&temporary).unwrap(), "theirs");
    }
}
