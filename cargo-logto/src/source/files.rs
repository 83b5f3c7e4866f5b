//! Which files are read.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

use logto_manifest::FILE_NAME;
use toml::de::{DeTable, DeValue};

use crate::{failure::Failure, project::has_table};

/// Returns the source files of all packages below the folder, sorted.
///
/// A folder with a `logto.toml` or a workspace of its own is left out.
pub(super) fn of(root: &Path) -> Result<BTreeSet<PathBuf>, Failure> {
    let mut files = BTreeSet::new();
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
                collect(&folder.join(source), &mut files);
            }
            for target in targets(&cargo_toml) {
                add_target(&folder, &folder.join(target), &mut files);
            }
        }
        let entries = fs::read_dir(&folder).map_err(|error| {
            Failure::configuration(format!("can't read {}: {error}", folder.display()))
        })?;
        for entry in entries.flatten() {
            // A link to a folder is not followed, so that this ends.
            let name = entry.file_name();
            let skipped = name == "target" || name.to_string_lossy().starts_with('.');
            if entry.file_type().is_ok_and(|kind| kind.is_dir()) && !skipped {
                folders.push(entry.path());
            }
        }
    }
    Ok(files)
}

/// Adds all Rust files below a folder.
fn collect(folder: &Path, files: &mut BTreeSet<PathBuf>) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        match entry.file_type() {
            Ok(kind) if kind.is_dir() => collect(&path, files),
            Ok(_) if path.extension().is_some_and(|it| it == "rs") => {
                files.insert(path);
            }
            _ => {}
        }
    }
}

/// Adds the file of a target, and the files beside it unless it stands in the package's folder.
fn add_target(package: &Path, file: &Path, files: &mut BTreeSet<PathBuf>) {
    match file.parent() {
        Some(folder) if folder != package => collect(folder, files),
        _ if file.is_file() => {
            files.insert(file.to_owned());
        }
        _ => {}
    }
}

/// Returns the paths of the targets that the `Cargo.toml` names, except tests and benchmarks.
fn targets(cargo_toml: &Path) -> Vec<String> {
    let text = fs::read_to_string(cargo_toml).unwrap_or_default();
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
