//! What the attributes refuse, and what they leave alone, as a user of the crate sees it.
//!
//! `TRYBUILD=overwrite cargo test -p logto-tests --test ui` writes the expected texts anew; read
//! them before committing.

// Clippy allows `unwrap` in tests, and by this knows that all of it is one.
#![cfg(test)]

#[path = "ui/rebuild.rs"]
mod rebuild;

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
    sync::{Mutex, MutexGuard, PoisonError},
};

use trybuild::TestCases;

/// The toolchain whose own messages are recorded in the folders called `rustc`.
const PINNED: &str = "rustc 1.95.";

#[test]
fn wrong_guards_do_not_compile() {
    let _alone = alone();
    let cases = TestCases::new();
    cases.compile_fail("ui/fail/ours/*.rs");
    if is_pinned() {
        cases.compile_fail("ui/fail/rustc/*.rs");
    }
}

#[test]
fn right_guards_compile_in_odd_places() {
    let _alone = alone();
    TestCases::new().pass("ui/pass/*.rs");
}

#[test]
fn guards_that_contradict_the_manifest_do_not_compile() {
    let _alone = alone();
    let _manifest = Manifest::of("ui/manifest/tenant");
    let cases = TestCases::new();
    cases.compile_fail("ui/manifest/tenant/ours/*.rs");
    if is_pinned() {
        cases.compile_fail("ui/manifest/tenant/rustc/*.rs");
    }
}

#[test]
fn guards_that_follow_the_manifest_compile() {
    let _alone = alone();
    let _manifest = Manifest::of("ui/manifest/tenant");
    TestCases::new().pass("ui/manifest/tenant/pass/*.rs");
}

#[test]
fn a_manifest_with_mistakes_is_reported_once_and_by_line() {
    let _alone = alone();
    for folder in [
        "ui/manifest/broken",
        "ui/manifest/contradictory",
        "ui/manifest/without_default",
    ] {
        let _manifest = Manifest::of(folder);
        TestCases::new().compile_fail(format!("{folder}/*.rs"));
    }
}

#[test]
fn the_documentation_quotes_the_compiler() {
    let said: Vec<String> = files("ui", "stderr");
    let mut quoted = 0;
    for page in files("../logto-macros/docs", "md") {
        for error in page.lines().filter(|line| line.starts_with("error")) {
            assert!(said.iter().any(|said| said.contains(error)), "{error}");
            quoted += 1;
        }
    }
    assert!(quoted > 20, "{quoted}");
}

/// The texts of all files with this extension, in the folder and below.
fn files(folder: impl AsRef<Path>, extension: &str) -> Vec<String> {
    let mut texts = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            texts.extend(files(path, extension));
        } else if path.extension().is_some_and(|found| found == extension) {
            texts.push(fs::read_to_string(path).unwrap());
        }
    }
    texts
}

/// A `logto.toml` where the cases find it: trybuild compiles them all in one project.
struct Manifest(PathBuf);

impl Manifest {
    fn of(folder: &str) -> Self {
        let target = Path::new(env!("CARGO_TARGET_TMPDIR")).parent().unwrap();
        let project = target.join("tests/trybuild").join(env!("CARGO_PKG_NAME"));
        fs::create_dir_all(&project).unwrap();
        let file = project.join("logto.toml");
        fs::copy(Path::new(folder).join("logto.toml"), &file).unwrap();
        Self(file)
    }
}

impl Drop for Manifest {
    fn drop(&mut self) {
        fs::remove_file(&self.0).unwrap();
    }
}

/// No two tests use trybuild's project at once.
fn alone() -> MutexGuard<'static, ()> {
    static PROJECT: Mutex<()> = Mutex::new(());
    PROJECT.lock().unwrap_or_else(PoisonError::into_inner)
}

fn is_pinned() -> bool {
    let rustc = std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let output = Command::new(rustc).arg("--version").output().unwrap();
    let version = String::from_utf8(output.stdout).unwrap();
    let pinned = version.starts_with(PINNED);
    if !pinned {
        println!("skipped: rustc's own messages, which are recorded for {PINNED}x");
    }
    pinned
}
