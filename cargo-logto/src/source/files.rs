//! Finds the source files to read.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

use logto_manifest::FILE_NAME;
use toml::de::{DeTable, DeValue};

use crate::{
    failure::Failure,
    finding::Finding,
    project::{LARGEST, has_table, read_text, shown},
};

/// The source files of all packages below a folder.
#[derive(Debug, Default)]
pub(super) struct Found {
    pub(super) files: BTreeSet<PathBuf>,
    /// Warnings about targets that are not below the folder, so they are not read.
    pub(super) outside: Vec<Finding>,
}

/// Returns the source files of all packages below the folder, sorted.
///
/// Does not look for packages in folders below it that have a `logto.toml` or a workspace of their own, that
/// are named `target`, or whose name begins with a dot.
pub(super) fn of(root: &Path) -> Result<Found, Failure> {
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
                collect(&folder.join(source), &mut found.files);
            }
            for target in targets(&cargo_toml) {
                add_target(root, &folder, &target, &mut found);
            }
        }
        let entries = fs::read_dir(&folder).map_err(|error| {
            Failure::configuration(format!("can't read {}: {error}", shown(&folder)))
        })?;
        for entry in entries.flatten() {
            // A link to a folder is not followed, so that the search ends.
            let name = entry.file_name();
            let skipped = name == "target" || name.to_string_lossy().starts_with('.');
            if entry.file_type().is_ok_and(|kind| kind.is_dir()) && !skipped {
                folders.push(entry.path());
            }
        }
    }
    Ok(found)
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

/// Adds the file of a target. Also adds the other Rust files below its folder, unless that folder is the
/// folder of the package or a folder above it. Adds only a warning if the file is outside of `root`.
fn add_target(root: &Path, package: &Path, target: &str, found: &mut Found) {
    let (Ok(file), Ok(root)) = (package.join(target).canonicalize(), root.canonicalize()) else {
        return;
    };
    if !file.starts_with(&root) {
        let manifest = shown(&package.join("Cargo.toml"));
        let message = format!(
            "guards in {target}, a target of {manifest}, are not seen, because this file is not in \
             the folder of {FILE_NAME}; move {FILE_NAME} to a folder that contains the file"
        );
        let warning = Finding::warning("unread_file", message);
        found.outside.push(warning.at_line(&manifest, 1));
        return;
    }
    let package = package
        .canonicalize()
        .unwrap_or_else(|_| package.to_owned());
    match file.parent() {
        Some(folder) if !package.starts_with(folder) => collect(folder, &mut found.files),
        _ => drop(found.files.insert(file)),
    }
}

/// Returns the paths of the targets that the `Cargo.toml` names, except tests and benchmarks.
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
