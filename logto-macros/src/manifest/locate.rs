//! The folders in which `logto.toml` is looked for.

use std::{
    collections::HashMap,
    path::{Path, PathBuf},
    sync::{Arc, LazyLock, Mutex, PoisonError},
};

use toml::de::DeTable;

use super::FILE_NAME;

/// The file in the crate's folder or in the nearest of its parents, up to the workspace's.
pub(super) fn find(crate_folder: &Path) -> Option<PathBuf> {
    folders_of(crate_folder)
        .iter()
        .map(|folder| folder.join(FILE_NAME))
        .find(|file| file.is_file())
}

/// The folders of each crate, which stay the same while files come and go in them.
static FOLDERS: LazyLock<Mutex<HashMap<PathBuf, Arc<[PathBuf]>>>> = LazyLock::new(Mutex::default);

fn folders_of(crate_folder: &Path) -> Arc<[PathBuf]> {
    let mut known = FOLDERS.lock().unwrap_or_else(PoisonError::into_inner);
    Arc::clone(
        known
            .entry(crate_folder.to_owned())
            .or_insert_with(|| up_to_workspace(crate_folder)),
    )
}

/// Up to the first folder whose `Cargo.toml` has `[workspace]`; without one the crate's alone.
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

    /// `outer/` with a `logto.toml`, in it the workspace `outer/ws/`, in it `outer/ws/a/b/`.
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
    fn a_crate_without_a_workspace_stands_alone() {
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
