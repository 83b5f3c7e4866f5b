//! Tests the length of `README.md`.

use std::{fs, path::Path};

/// A newcomer reads the whole file, so it must stay short. Everything else is on a page of its own.
#[test]
fn the_readme_has_less_than_180_lines() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../README.md");
    let lines = fs::read_to_string(path).unwrap().lines().count();
    assert!(
        lines < 180,
        "README.md has {lines} lines; move text to a page"
    );
}
