//! Tests links in the project, which a stranger can have made.

use std::os::unix::fs::symlink;

use crate::support::{MANIFEST, Project, SOURCE, codes, message};

const OFFLINE: &[&str] = &["--offline"];

/// A guard whose scope `logto.toml` does not declare. If it is read, it is an error.
const THEIRS: &str = "#[require_scopes(\"theirs\")] fn f() {}";

#[test]
fn the_scan_does_not_follow_a_link_that_leads_outside_of_the_project() {
    let outside = Project::with(MANIFEST, THEIRS);
    for (link, target, shown) in [
        ("src", "src", "src"),
        ("examples", "src", "examples"),
        ("examples", "", "examples"),
        ("member/src", "src", "member/src"),
        ("code/linked.rs", "src/main.rs", "code/linked.rs"),
    ] {
        let project = Project::new();
        project.write("logto.toml", MANIFEST);
        project.write(
            "Cargo.toml",
            "[package]\nname = \"app\"\n[workspace]\n[lib]\npath = \"code/lib.rs\"\n",
        );
        project.write("code/lib.rs", SOURCE);
        project.write("member/Cargo.toml", "[package]\nname = \"member\"\n");
        symlink(outside.path().join(target), project.path().join(link)).unwrap();
        let (exit, document) = project.findings(OFFLINE);
        let expected = [format!("warning unread_file {shown}:1")];
        assert_eq!(
            (exit, codes(&document)),
            (0, expected.to_vec()),
            "{link} {target}"
        );
        assert_eq!(
            message(&document, "unread_file"),
            format!(
                "guards in {shown} are not seen, because it is a link to a place outside of the folder \
                 of logto.toml; replace the link with the files"
            )
        );
        let (exit, _) = project.findings(&["--offline", "--strict"]);
        assert_eq!(exit, 1, "{link} {target}");
    }
}

#[test]
fn a_link_to_a_folder_or_file_of_the_project_is_followed() {
    for (link, target) in [
        ("src", "shared"),
        ("examples", "shared"),
        ("member/linked.rs", "../shared/lib.rs"),
    ] {
        let project = Project::new();
        project.write("logto.toml", MANIFEST);
        project.write("shared/lib.rs", &format!("{SOURCE}{THEIRS}"));
        project.write("member/lib.rs", "");
        project.write(
            "Cargo.toml",
            "[package]\nname = \"app\"\n[workspace]\n[lib]\npath = \"member/lib.rs\"\n",
        );
        symlink(target, project.path().join(link)).unwrap();
        let (exit, document) = project.findings(OFFLINE);
        let codes = codes(&document);
        assert_eq!((exit, codes.len()), (1, 1), "{link}: {document:#}");
        assert!(codes[0].starts_with("error unknown_scope "), "{codes:?}");
    }
}

#[test]
fn a_linked_folder_of_source_that_cannot_be_read_is_a_warning() {
    for (link, target) in [
        ("src", "missing"),
        ("src", "src"),
        ("src", "Cargo.toml"),
        ("examples", "../missing/examples"),
    ] {
        let project = Project::new();
        project.write("logto.toml", MANIFEST);
        project.write("code/lib.rs", SOURCE);
        project.write(
            "Cargo.toml",
            "[package]\nname = \"app\"\n[workspace]\n[lib]\npath = \"code/lib.rs\"\n",
        );
        symlink(target, project.path().join(link)).unwrap();
        let (exit, document) = project.findings(OFFLINE);
        let expected = [format!("warning unread_file {link}:1")];
        assert_eq!(
            (exit, codes(&document)),
            (0, expected.to_vec()),
            "{link} {target}"
        );
    }
}
