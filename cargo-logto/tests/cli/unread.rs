//! Tests files and folders that can't be read or parsed.

use std::process::Command;

use crate::support::{MANIFEST, Project, SOURCE, codes, message, tenant};

#[test]
fn explain_warns_of_a_file_that_cannot_be_parsed() {
    let tenant = tenant().start();
    let token = tenant
        .token()
        .user("alice")
        .scopes(["read:products"])
        .mint();
    for (main, exit) in [(SOURCE, 0), ("fn main() {}", 1)] {
        let project = Project::with(MANIFEST, main).of(&tenant);
        project.write("src/broken.rs", "#[require_auth] fn f() {");
        let run = project.run(&["explain", &token]);
        assert_eq!(run.exit, exit, "{run:?}");
        assert!(run.stderr.contains("warning[unread_file]: "), "{run:?}");
        assert!(run.stderr.contains(" --> src/broken.rs:1"), "{run:?}");
        assert!(!run.stdout.contains("broken"), "{run:?}");
    }
}

/// The path of the innermost folder is longer than the system accepts, so even the administrator can't read
/// this folder.
#[test]
fn a_folder_that_cannot_be_read_is_a_warning() {
    let project = Project::with(MANIFEST, SOURCE);
    let long = vec!["d".repeat(250); 20].join("/");
    let made = Command::new("mkdir")
        .args(["-p", &long])
        .current_dir(project.path())
        .status();
    assert!(made.unwrap().success());
    let (exit, document) = project.findings(&["--offline"]);
    assert_eq!(exit, 0, "{document:#}");
    let codes = codes(&document);
    assert_eq!(codes.len(), 1, "{document:#}");
    assert!(codes[0].starts_with("warning unread_file ddd"), "{codes:?}");
    let message = message(&document, "unread_file");
    assert!(
        message.ends_with("; let this user read the folder"),
        "{message}"
    );
}
