//! Finds the source files to read.

use std::{
    collections::BTreeSet,
    fs, io,
    path::{Path, PathBuf},
};

use logto_manifest::FILE_NAME;
use toml::de::{DeTable, DeValue};

use crate::{
    failure::Failure,
    finding::Finding,
    project::{LARGEST, has_table, read_text, shown},
};

/// The source files of the packages in a folder.
#[derive(Debug, Default)]
pub(super) struct Found {
    pub(super) files: BTreeSet<PathBuf>,
    /// Warnings about folders that can't be read, and about targets and links that lead outside of the
    /// folder. Their files are not read.
    pub(super) unread: Vec<Finding>,
    /// The folders and links that have a warning.
    warned: BTreeSet<String>,
}

/// Returns the source files of the packages in this folder and in the folders below it. Searches `src/`,
/// `examples/`, and the paths that [`targets`] returns.
///
/// Does not look for packages in these folders:
///
/// - folders that have their own `logto.toml` or their own workspace
/// - folders whose name is `target` or begins with a dot
/// - links to folders
///
/// Follows a link only if it leads to a place in `root`. A stranger can have made the link, and a report must
/// not contain text from outside of the project.
pub(super) fn of(root: &Path) -> Result<Found, Failure> {
    let unreadable =
        |error: io::Error| Failure::configuration(format!("can't read {}: {error}", shown(root)));
    let canonical = root.canonicalize().map_err(unreadable)?;
    let mut found = Found::default();
    let mut folders = vec![root.to_owned()];
    while let Some(folder) = folders.pop() {
        let cargo_toml = folder.join("Cargo.toml");
        if folder != root
            && (folder.join(FILE_NAME).is_file() || has_table(&cargo_toml, "workspace"))
        {
            continue;
        }
        if has_table(&cargo_toml, "package") {
            for source in ["src", "examples"] {
                collect(&canonical, &folder.join(source), &mut found);
            }
            for target in targets(&cargo_toml) {
                add_target(&canonical, &folder, &target, &mut found);
            }
        }
        let entries = match fs::read_dir(&folder) {
            Ok(entries) => entries,
            Err(error) if folder == root => return Err(unreadable(error)),
            // A folder of a database or of another user need not have guards.
            Err(error) => {
                found.unreadable(&folder, &error);
                continue;
            }
        };
        for entry in entries.flatten() {
            // Does not follow links to folders: they could form a circle.
            let name = entry.file_name();
            let skipped = name == "target" || name.to_string_lossy().starts_with('.');
            if entry.file_type().is_ok_and(|kind| kind.is_dir()) && !skipped {
                folders.push(entry.path());
            }
        }
    }
    Ok(found)
}

impl Found {
    /// Adds a warning about a folder that can't be read.
    fn unreadable(&mut self, folder: &Path, error: &io::Error) {
        let reason = if folder.is_symlink() {
            format!("the link can't be followed: {error}; change or remove the link")
        } else {
            format!("it can't be read: {error}; let this user read the folder")
        };
        self.warn(folder, &reason);
    }

    /// Adds a warning about a folder or link, once for each.
    fn warn(&mut self, path: &Path, reason: &str) {
        let path = shown(path);
        let message = format!("guards in {path} are not seen, because {reason}");
        let warning = Finding::warning("unread_file", message).at_line(&path, 1);
        if self.warned.insert(path) {
            self.unread.push(warning);
        }
    }

    /// Checks that a path is not a link, or is a link to a place in `root`. Otherwise, adds a warning.
    fn is_within(&mut self, root: &Path, path: &Path) -> bool {
        if !path.is_symlink() {
            return true;
        }
        match path.canonicalize() {
            Ok(target) if target.starts_with(root) => return true,
            Ok(_) => {
                let reason = format!(
                    "it is a link to a place outside of the folder of {FILE_NAME}; replace the link \
                     with the files"
                );
                self.warn(path, &reason);
            }
            Err(error) => self.unreadable(path, &error),
        }
        false
    }
}

/// Adds all Rust files below a folder. A folder that does not exist has no files.
///
/// Follows links only at the folder itself and at files. Does not follow links to folders inside it.
fn collect(root: &Path, folder: &Path, found: &mut Found) {
    if !found.is_within(root, folder) {
        return;
    }
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) => {
            if folder.is_dir() || folder.is_symlink() {
                found.unreadable(folder, &error);
            }
            return;
        }
    };
    for entry in entries.flatten() {
        let path = entry.path();
        if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
            collect(root, &path, found);
        } else if path.extension().is_some_and(|it| it == "rs") && found.is_within(root, &path) {
            found.files.insert(path);
        }
    }
}

/// Adds the file of a target (a library, binary or example), and all Rust files below the file's folder.
///
/// If the file's folder is the folder of the package or contains it, adds only the file, because that folder
/// also has tests and build output. If the file is outside of `root`, adds a warning instead.
fn add_target(root: &Path, package: &Path, target: &str, found: &mut Found) {
    let Ok(file) = package.join(target).canonicalize() else {
        return;
    };
    if !file.starts_with(root) {
        let manifest = shown(&package.join("Cargo.toml"));
        let message = format!(
            "guards in {target}, a target of {manifest}, are not seen, because this file is not in \
             the folder of {FILE_NAME}; move {FILE_NAME} to a folder that contains the file"
        );
        let warning = Finding::warning("unread_file", message);
        found.unread.push(warning.at_line(&manifest, 1));
        return;
    }
    let package = package
        .canonicalize()
        .unwrap_or_else(|_| package.to_owned());
    match file.parent() {
        Some(folder) if !package.starts_with(folder) => collect(root, folder, found),
        _ => drop(found.files.insert(file)),
    }
}

/// Returns each `path` in the tables `[lib]`, `[[bin]]` and `[[example]]` of a `Cargo.toml`.
fn targets(cargo_toml: &Path) -> Vec<String> {
    let text = read_text(cargo_toml, LARGEST).unwrap_or_default();
    let Ok(parsed) = DeTable::parse(&text) else {
        return Vec::new();
    };
    let parsed = parsed.get_ref();
    let path = |value: &DeValue<'_>| Some(value.get("path")?.get_ref().as_str()?.to_owned());
    let mut paths = Vec::new();
    if let Some(lib) = parsed.get("lib") {
        paths.extend(path(lib.get_ref()));
    }
    for kind in ["bin", "example"] {
        let list = parsed
            .get(kind)
            .and_then(|value| value.get_ref().as_array());
        for target in list.into_iter().flat_map(|list| list.iter()) {
            paths.extend(path(target.get_ref()));
        }
    }
    paths
}
