//! Tests the compile errors of wrong attributes.
//!
//! `TRYBUILD=overwrite cargo test -p logto-ui-tests` rewrites the expected errors. Read the
//! difference before you commit it.

mod rebuild;

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::{Command, exit},
};

use trybuild::TestCases;

/// The rustc version whose own messages are recorded in the folders named `rustc`.
const PINNED: &str = "rustc 1.95.";

/// The flags that trybuild compiles the cases with. If they are not set for the dependencies too,
/// trybuild compiles the dependencies twice.
const FLAGS: &str = "--cfg\x1ftrybuild\x1f--verbose\x1f-A\x1fdead_code\x1f--diagnostic-width=140";

const TESTS: &[(&str, fn())] = &[
    ("wrong_guards_do_not_compile", wrong_guards_do_not_compile),
    (
        "guards_that_contradict_the_manifest_do_not_compile",
        guards_that_contradict_the_manifest_do_not_compile,
    ),
    (
        "each_mistake_of_a_manifest_is_reported_once_with_its_line",
        each_mistake_of_a_manifest_is_reported_once_with_its_line,
    ),
    (
        "a_change_of_the_manifest_rebuilds_the_crates_that_use_it",
        rebuild::a_change_of_the_manifest_rebuilds_the_crates_that_use_it,
    ),
    (
        "the_documentation_quotes_the_compiler",
        the_documentation_quotes_the_compiler,
    ),
];

/// Runs without a harness, for two reasons. The program restarts itself to set the flags. Two tests must not
/// use trybuild's project at the same time.
fn main() {
    let only: Vec<String> = env::args()
        .skip(1)
        .filter(|arg| !arg.starts_with('-'))
        .collect();
    if env::var_os("CARGO_ENCODED_RUSTFLAGS").is_none() {
        let program = env::current_exe().unwrap();
        let mut again = Command::new(program);
        again.args(only).env("CARGO_ENCODED_RUSTFLAGS", FLAGS);
        exit(again.status().unwrap().code().unwrap_or(1));
    }
    for (name, test) in TESTS {
        if only.is_empty() || only.iter().any(|only| name.contains(only.as_str())) {
            println!("test {name}");
            test();
        }
    }
}

fn wrong_guards_do_not_compile() {
    let cases = TestCases::new();
    cases.compile_fail("fail/ours/*.rs");
    if is_pinned() {
        cases.compile_fail("fail/rustc/*.rs");
    }
}

fn guards_that_contradict_the_manifest_do_not_compile() {
    let _manifest = Manifest::of("manifest/tenant");
    let cases = TestCases::new();
    cases.compile_fail("manifest/tenant/ours/*.rs");
    if is_pinned() {
        cases.compile_fail("manifest/tenant/rustc/*.rs");
    }
}

fn each_mistake_of_a_manifest_is_reported_once_with_its_line() {
    for folder in [
        "manifest/broken",
        "manifest/contradictory",
        "manifest/without_default",
    ] {
        let _manifest = Manifest::of(folder);
        TestCases::new().compile_fail(format!("{folder}/*.rs"));
    }
}

fn the_documentation_quotes_the_compiler() {
    let said: Vec<String> = files(".", "stderr");
    let mut quoted = 0;
    for page in files("../../logto-macros/docs", "md") {
        for error in page
            .lines()
            .filter(|line| line.starts_with("error: ") || line.starts_with("error["))
        {
            assert!(said.iter().any(|said| said.contains(error)), "{error}");
            quoted += 1;
        }
    }
    assert!(quoted > 20, "{quoted}");

    // This page leaves out parts of long types.
    let page = fs::read_to_string("../../logto-runtime/docs/troubleshooting.md").unwrap();
    let mut quoted = 0;
    for quote in page.lines().filter(|line| is_quote(line)) {
        let mut lines = said.iter().flat_map(|said| said.lines());
        assert!(lines.any(|line| abbreviates(quote, line)), "{quote}");
        quoted += 1;
    }
    assert!(quoted > 6, "{quoted}");
}

/// Returns whether this line of a page quotes the compiler.
fn is_quote(line: &str) -> bool {
    ["error: ", "error[", "  = note: "]
        .iter()
        .any(|start| line.starts_with(start))
}

/// Returns whether the quote equals the line. Each `…` in the quote stands for any text.
fn abbreviates(quote: &str, line: &str) -> bool {
    let mut rest = line.trim();
    let mut parts = quote.trim().split('…');
    let first = parts.next().unwrap_or_default();
    let Some(after) = rest.strip_prefix(first) else {
        return false;
    };
    rest = after;
    let mut last = first;
    for part in parts {
        let Some(at) = rest.find(part) else {
            return false;
        };
        rest = &rest[at + part.len()..];
        last = part;
    }
    rest.is_empty() || last.is_empty()
}

/// Returns the texts of all files with this extension, in the folder and in its subfolders.
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

/// A copy of a `logto.toml` in trybuild's project, where all cases look for it.
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
