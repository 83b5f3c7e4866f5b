//! Checks files and folders. Each source file begins with a sentence about its contents. A module with a
//! folder is in the `mod.rs` of that folder. The table in `CONTRIBUTING.md` has the folders of the
//! repository.

use std::{
    fs,
    path::{Path, PathBuf},
};

/// Folders whose files need no first sentence: snapshots of expansions, and cases of compile-time tests.
/// The name of a case says what it shows.
const CASES: &[&str] = &[
    "logto-macros/snapshots",
    "tests/ui/fail",
    "tests/ui/manifest",
    "tests/ui/pass",
];

#[test]
fn every_file_begins_with_a_sentence_about_its_contents() {
    let mut silent = Vec::new();
    for file in files() {
        let text = fs::read_to_string(repository().join(&file)).unwrap();
        let explained = text.starts_with("//! ") || text.starts_with("#![doc = include_str!(");
        let case = CASES.iter().any(|folder| file.starts_with(folder));
        if !explained && !case {
            silent.push(file);
        }
    }
    assert!(
        silent.is_empty(),
        "begin with a line `//! …` that says what the file has or tests: {silent:#?}"
    );
}

#[test]
fn a_module_with_a_folder_is_in_the_mod_rs_of_that_folder() {
    let beside = files()
        .into_iter()
        .filter(|file| repository().join(file).with_extension("").is_dir());
    let beside: Vec<_> = beside.collect();
    assert!(beside.is_empty(), "move them to `mod.rs`: {beside:#?}");
}

#[test]
fn the_table_for_contributors_has_the_folders_of_the_repository() {
    let text = fs::read_to_string(repository().join("CONTRIBUTING.md")).unwrap();
    let mut missing = Vec::new();
    for within in ["", "tests", "examples"] {
        for entry in fs::read_dir(repository().join(within)).unwrap() {
            let entry = entry.unwrap();
            let name = entry.file_name().into_string().unwrap();
            let skipped = name.starts_with('.') || ["target", "tests"].contains(&&*name);
            let named = match within {
                // One row of the table has all examples.
                "examples" => format!("`{name}`"),
                "" => format!("`{name}/"),
                _ => format!("`{within}/{name}/`"),
            };
            if entry.path().is_dir() && !skipped && !text.contains(&named) {
                missing.push(named);
            }
        }
    }
    assert!(missing.is_empty(), "{missing:#?}");
}

fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// Returns all Rust files of the repository, except those in hidden folders and in `target`.
fn files() -> Vec<PathBuf> {
    let mut folders = vec![PathBuf::new()];
    let mut files = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(repository().join(&folder)).unwrap() {
            let entry = entry.unwrap();
            let name = entry.file_name().into_string().unwrap();
            let path = folder.join(&name);
            if entry.path().is_dir() {
                if !name.starts_with('.') && name != "target" {
                    folders.push(path);
                }
            } else if name.ends_with(".rs") {
                files.push(path);
            }
        }
    }
    assert!(!files.is_empty());
    files.sort();
    files
}
