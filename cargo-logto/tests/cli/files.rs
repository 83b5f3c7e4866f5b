//! Tests which files are accepted as `logto.toml`. Also tests the error for a stdout that can't be written.

use std::{
    fs,
    os::unix::fs::{PermissionsExt as _, symlink},
    process::Command,
};

use crate::support::{MANIFEST, PRODUCTS, Project, Run, SOURCE, tenant};

const COMMANDS: [&[&str]; 5] = [
    &["check", "--offline"],
    &["pull"],
    &["pull", "--check"],
    &["push", "--dry-run"],
    &["explain", "a.b.c"],
];

fn assert_refused(project: &Project, what: &str) {
    for arguments in COMMANDS {
        let run = project.run(arguments);
        assert_eq!(run.exit, 2, "{what} {arguments:?}: {run:?}");
        assert!(
            run.stderr.starts_with("error: logto.toml is "),
            "{what} {arguments:?}: {run:?}"
        );
    }
}

#[test]
fn a_link_to_a_file_of_another_name_is_refused() {
    let tenant = tenant().start();
    for (target, text) in [
        ("credentials", Some("private_key = \"x\"\n")),
        ("empty", Some("")),
        ("missing", None),
    ] {
        let project = Project::new().of(&tenant);
        project.write("src/main.rs", SOURCE);
        if let Some(text) = text {
            project.write(target, text);
        }
        symlink(target, project.path().join("logto.toml")).unwrap();
        assert_refused(&project, target);
        let run: Run = project.run(&["check", "--offline"]);
        assert!(!run.stderr.contains("private_key"), "{run:?}");
        match text {
            Some(text) => assert_eq!(project.read(target), text),
            None => assert!(!project.path().join(target).exists()),
        }
    }
}

#[test]
fn a_logto_toml_that_is_not_a_text_file_is_refused() {
    let tenant = tenant().start();
    for what in ["folder", "pipe", "endless", "huge", "bytes"] {
        let project = Project::new().of(&tenant);
        let path = project.path().join("logto.toml");
        match what {
            "folder" => fs::create_dir(&path).unwrap(),
            "pipe" => assert!(
                Command::new("mkfifo")
                    .arg(&path)
                    .status()
                    .unwrap()
                    .success()
            ),
            "endless" => symlink("/dev/zero", &path).unwrap(),
            "huge" => fs::File::create(&path).unwrap().set_len(1 << 40).unwrap(),
            _ => fs::write(&path, b"a = \"\xff\"").unwrap(),
        }
        assert_refused(&project, what);
    }
}

#[test]
fn a_link_to_a_shared_manifest_stays_a_link() {
    let tenant = tenant().start();
    let project = Project::new().of(&tenant);
    project.write("src/main.rs", SOURCE);
    project.write("shared/logto.toml", "# shared\n");
    let shared = project.path().join("shared/logto.toml");
    let link = project.path().join("logto.toml");
    symlink("shared/logto.toml", &link).unwrap();
    let mode = |mode| fs::set_permissions(&shared, fs::Permissions::from_mode(mode)).unwrap();
    mode(0o640);
    let run = project.run(&["pull"]);
    assert_eq!(run.exit, 0, "{run:?}");
    assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
    let text = project.read("shared/logto.toml");
    assert!(
        text.starts_with("# shared\n") && text.contains(PRODUCTS),
        "{text}"
    );
    let kept = fs::metadata(&shared).unwrap().permissions().mode() & 0o777;
    assert_eq!(kept, 0o640, "the permissions stay");
    let beside = fs::read_dir(project.path().join("shared")).unwrap().count();
    assert_eq!(beside, 1, "no temporary file is left");
}

#[test]
fn a_stdout_that_cannot_be_written_is_a_configuration_error() {
    let tenant = tenant().start();
    let project = Project::with(MANIFEST, SOURCE).of(&tenant);
    for arguments in [
        ["token", "--resource", PRODUCTS].as_slice(),
        &["check", "--offline", "--format", "json"],
        &["completions", "bash"],
        &["man"],
        &["--help"],
    ] {
        let full = fs::File::options().write(true).open("/dev/full").unwrap();
        let output = project.command(arguments).stdout(full).output().unwrap();
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        let stderr = String::from_utf8(output.stderr).unwrap();
        assert!(
            stderr.contains("can't write to stdout"),
            "{arguments:?}: {stderr}"
        );
    }
}
