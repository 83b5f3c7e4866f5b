//! A temporary folder for certificates that child processes read.

use std::{
    env, fs,
    path::{Path, PathBuf},
    process,
    sync::atomic::{AtomicUsize, Ordering},
};

/// A folder that is removed when this value is dropped. Two runs of the tests do not share a folder, so
/// neither replaces the certificates of the other.
pub(super) struct Folder(PathBuf);

impl Folder {
    pub(super) fn new() -> Self {
        static NUMBER: AtomicUsize = AtomicUsize::new(0);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let name = format!("logto-certificates-{}-{number}", process::id());
        let folder = env::temp_dir().join(name);
        fs::create_dir_all(&folder).unwrap();
        Self(folder)
    }

    /// Writes the text to the file `<name>.pem`. Returns the path of the file.
    pub(super) fn file(&self, name: &str, text: &str) -> String {
        let path = self.0.join(format!("{name}.pem"));
        fs::write(&path, text).unwrap();
        path.to_str().unwrap().to_owned()
    }

    pub(super) fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

#[test]
fn files_with_one_name_in_two_folders_are_different_files() {
    let folders = [Folder::new(), Folder::new()];
    let [first, second] = [0, 1].map(|number| folders[number].file("a", &number.to_string()));
    assert_eq!(fs::read_to_string(&first).unwrap(), "0");
    assert_eq!(fs::read_to_string(second).unwrap(), "1");
    assert!(first.contains(&process::id().to_string()), "{first}");
    drop(folders);
    assert!(!Path::new(&first).exists(), "{first}");
}
