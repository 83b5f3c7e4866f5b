//! Finds `logto.toml`.

use std::{
    collections::HashMap,
    path::{Path, PathBuf},
    sync::{Arc, LazyLock, Mutex, PoisonError},
};

use toml::de::DeTable;

/// The file's name.
pub const FILE_NAME: &str = "logto.toml";

/// Returns the path of the nearest `logto.toml`, in the crate's folder or in a folder above it.
///
/// The search ends at the workspace's folder: the first folder whose `Cargo.toml` has `[workspace]`. Without
/// a workspace, only the crate's folder is searched.
#[must_use]
pub fn find(crate_folder: &Path) -> Option<PathBuf> {
    folders_of(crate_folder)
        .iter()
        .map(|folder| folder.join(FILE_NAME))
        .find(|file| file.is_file())
}

/// A cache: the folders that [`find`] searches, by the crate's folder. The place of `logto.toml` is not
/// cached, because the file can be added or moved later.
static FOLDERS: LazyLock<Mutex<HashMap<PathBuf, Arc<[PathBuf]>>>> = LazyLock::new(Mutex::default);

fn folders_of(crate_folder: &Path) -> Arc<[PathBuf]> {
    let mut known = FOLDERS.lock().unwrap_or_else(PoisonError::into_inner);
    Arc::clone(
        known
            .entry(crate_folder.to_owned())
            .or_insert_with(|| up_to_workspace(crate_folder)),
    )
}

/// Returns the folders that [`find`] searches, from the crate's folder upwards.
fn up_to_workspace(crate_folder: &Path) -> Arc<[PathBuf]> {
    let mut folders = Vec::new();
    for folder in crate_folder.ancestors() {
        folders.push(folder.to_owned());
        if is_workspace(&folder.join("Cargo.toml")) {
            return folders.into();
        }
    }
    [crate_folder.to_owned()].into()
}

fn is_workspace(cargo_toml: &Path) -> bool {
    std::fs::read_to_string(cargo_toml).is_ok_and(|text| {
        DeTable::parse(&text).is_ok_and(|table| table.get_ref().contains_key("workspace"))
    })
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    /// Creates `outer/logto.toml`, the workspace `outer/ws/` and the crate `outer/ws/a/b/`.
    fn tree(name: &str) -> PathBuf {
        let outer = std::env::temp_dir().join(format!("logto-{}-{name}", std::process::id()));
        let _ = fs::remove_dir_all(&outer);
        fs::create_dir_all(outer.join("ws/a/b")).unwrap();
        fs::write(outer.join(FILE_NAME), "").unwrap();
        fs::write(outer.join("ws/Cargo.toml"), "[workspace]\n").unwrap();
        fs::write(outer.join("ws/a/b/Cargo.toml"), "[package]\nname = \"b\"\n").unwrap();
        outer
    }

    #[test]
    fn the_nearest_file_is_found() {
        let outer = tree("nearest");
        let crate_folder = outer.join("ws/a/b");
        assert_eq!(find(&crate_folder), None, "not above the workspace");
        for place in ["ws", "ws/a", "ws/a/b"] {
            let file = outer.join(place).join(FILE_NAME);
            fs::write(&file, "").unwrap();
            assert_eq!(find(&crate_folder), Some(file), "{place}");
        }
        fs::remove_dir_all(outer).unwrap();
    }

    #[test]
    fn without_a_workspace_only_the_crates_folder_is_searched() {
        let outer = tree("alone");
        fs::remove_file(outer.join("ws/Cargo.toml")).unwrap();
        let crate_folder = outer.join("ws/a/b");
        assert_eq!(find(&crate_folder), None);
        let file = crate_folder.join(FILE_NAME);
        fs::write(&file, "").unwrap();
        assert_eq!(find(&crate_folder), Some(file));
        fs::remove_dir_all(outer).unwrap();
    }
}
