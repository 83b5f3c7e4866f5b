//! What the attributes refuse, and what they leave alone, as a user of the crate sees it.
//!
//! `TRYBUILD=overwrite cargo test -p logto-tests --test ui` writes the expected texts anew; read
//! them before committing.

use std::process::Command;

/// The toolchain whose own messages are recorded in `ui/fail/rustc`.
const PINNED: &str = "rustc 1.95.";

#[test]
fn wrong_guards_do_not_compile() {
    let cases = trybuild::TestCases::new();
    cases.compile_fail("ui/fail/ours/*.rs");
    if toolchain().starts_with(PINNED) {
        cases.compile_fail("ui/fail/rustc/*.rs");
    } else {
        println!("ui/fail/rustc: skipped, its messages are those of {PINNED}x");
    }
}

#[test]
fn right_guards_compile_in_odd_places() {
    trybuild::TestCases::new().pass("ui/pass/*.rs");
}

fn toolchain() -> String {
    let rustc = std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let output = Command::new(rustc).arg("--version").output().unwrap();
    String::from_utf8(output.stdout).unwrap()
}
