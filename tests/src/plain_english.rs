//! Checks the language of the repository: rejects phrases that readers must read twice.

use std::{
    fs,
    path::{Path, PathBuf},
};

/// What not to write, and what to write instead.
const PATTERNS: &[(&str, &str)] = &[
    (" is no ", "is not a, does not, without"),
    (" are no ", "are not, do not, without"),
    (" be no ", "not be"),
    (" is none", "there is not one, it does not"),
    (" are none", "there are not any"),
    (" of which ", "a second sentence"),
    (" in hope of ", "for"),
    (" in vain", "without success"),
    (" be it ", "even if"),
    (" be they ", "even if"),
    (" as ever ", "as before"),
    (" at hand", "current"),
    (" lately ", "recently"),
    (" whatsoever", "any"),
    (" lest ", "so that … not"),
    (" nor is ", "a second sentence"),
    (" or none ", "or not"),
    (" judge", "verify, decide"),
    (" admits nobody", "refuses everyone"),
    (" told once", "logged once"),
    (" takes off", "starts"),
    (" in the air", "running"),
];

/// Files and folders that quote these phrases, or that people do not read.
const EXCEPT: &[&str] = &[
    "target",
    ".git",
    "recorded",
    "corpus",
    "artifacts",
    "snapshots",
    "plain_english.rs",
    "schema-3.1.json",
];

#[test]
fn sentences_are_plain() {
    let repository = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let mut files = Vec::new();
    collect(&repository, &mut files);
    assert!(files.len() > 300, "{} files", files.len());
    let mut faults = Vec::new();
    for file in files {
        let text = fs::read_to_string(&file).unwrap();
        let shown = file.strip_prefix(&repository).unwrap().display();
        for (number, line) in text.lines().enumerate() {
            let words = format!(" {} ", line.trim().to_lowercase());
            for (pattern, instead) in PATTERNS.iter().filter(|(it, _)| words.contains(it)) {
                faults.push(format!(
                    "{shown}:{}: `{}`; write: {instead}",
                    number + 1,
                    pattern.trim()
                ));
            }
        }
    }
    assert!(faults.is_empty(), "{faults:#?}");
}

pub(crate) fn collect(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        if EXCEPT.contains(&name.as_str()) {
            continue;
        }
        let text = ["rs", "md", "toml", "sh", "run"].iter().any(|extension| {
            path.extension().is_some_and(|it| it == *extension) || name == *extension
        });
        if path.is_dir() {
            collect(&path, files);
        } else if text {
            files.push(path);
        }
    }
}
