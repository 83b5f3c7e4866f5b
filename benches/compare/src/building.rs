//! Builds the contestants (the measured programs), each with only the features that it needs.

use std::{
    path::{Path, PathBuf},
    process::Command,
};

use crate::contestants::Contestant;

const WORKSPACE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/..");

/// Builds each contestant by itself. If one build had all contestants, a shared dependency would get every
/// feature that a contestant enables.
pub fn build(contestants: &[Contestant]) {
    for contestant in contestants {
        eprintln!("building {}", contestant.package);
        let status = cargo("build")
            .args(["--release", "--quiet", "-p", contestant.package])
            .status()
            .expect("cargo");
        assert!(status.success(), "{} does not build", contestant.package);
    }
}

/// Returns the path of a contestant's program, next to this program.
pub fn program(package: &str) -> PathBuf {
    let own = std::env::current_exe().expect("the path of this program");
    let program = own.parent().unwrap_or(Path::new(".")).join(package);
    assert!(program.exists(), "{} is missing", program.display());
    program
}

/// Returns the names and the locked versions of a contestant's compared crates. Omits the name of a crate if
/// the contestant's name contains it.
pub fn versions(contestant: &Contestant) -> String {
    let tree = cargo("tree")
        .args(["-p", contestant.package, "--depth", "1"])
        .args(["--edges", "normal", "--prefix", "none"])
        .output()
        .expect("cargo");
    let tree = String::from_utf8(tree.stdout).expect("UTF-8");
    let version = |name: &&str| {
        let version = tree
            .lines()
            .find_map(|line| line.strip_prefix(name)?.strip_prefix(" v"))
            .and_then(|rest| rest.split(' ').next())
            .unwrap_or_else(|| panic!("{} does not depend on {name}", contestant.package));
        match contestant.name.contains(name) {
            true => version.to_owned(),
            false => format!("{name} {version}"),
        }
    };
    let versions: Vec<String> = contestant.crates.iter().map(version).collect();
    versions.join(", ")
}

fn cargo(subcommand: &str) -> Command {
    let mut cargo = Command::new(env!("CARGO"));
    cargo.args([subcommand, "--locked"]).current_dir(WORKSPACE);
    // `cargo run` sets these variables for this package. Because of them, build scripts of other packages
    // would run again.
    for (variable, _) in std::env::vars_os() {
        let name = variable.to_string_lossy();
        if name.starts_with("CARGO_PKG_") || name.starts_with("CARGO_MANIFEST_") {
            cargo.env_remove(&variable);
        }
    }
    cargo
}
