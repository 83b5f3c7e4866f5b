//! Tests which files, items and arguments of attributes `check --offline` reads.

use crate::support::{MANIFEST, Project, SOURCE, codes};

const OFFLINE: &[&str] = &["--offline"];

/// Code of a test, whose scope `logto.toml` does not declare.
const THEIRS: &str = "#[require_scopes(\"only:in:tests\")] fn f() {}";

#[test]
fn guards_in_code_for_tests_are_ignored() {
    for (main, file) in [
        ("#[cfg(test)] mod checks;", "src/checks.rs"),
        ("#[cfg(test)] mod checks;", "src/checks/mod.rs"),
        ("#[cfg(test)] mod checks;", "src/checks/deep/more.rs"),
        ("#[cfg(all(test, unix))] mod checks;", "src/checks.rs"),
        (
            "mod inner { #[cfg(test)] mod checks; }",
            "src/inner/checks.rs",
        ),
        (
            "#[cfg(test)] #[path = \"of/checks.rs\"] mod checks;",
            "src/of/checks.rs",
        ),
    ] {
        let project = Project::with(MANIFEST, &format!("{main}\n{SOURCE}"));
        project.write(file, THEIRS);
        let (exit, document) = project.findings(OFFLINE);
        assert_eq!((exit, codes(&document)), (0, vec![]), "{main} {file}");
    }
    let project = Project::with(MANIFEST, &format!("mod checks;\n{SOURCE}"));
    project.write("src/checks/mod.rs", "#[cfg(test)] mod own;");
    project.write("src/checks/own.rs", THEIRS);
    assert_eq!(project.findings(OFFLINE).0, 0, "tests beside a `mod.rs`");
    let project = Project::with(MANIFEST, &format!("#[cfg(test)] mod checks;\n{SOURCE}"));
    project.write("src/checks/mod.rs", "mod helper; mod more;");
    project.write(
        "src/checks/helper.rs",
        "#[path = \"more/deep.rs\"] mod deep;",
    );
    project.write("src/checks/more/mod.rs", "mod deep;");
    project.write("src/checks/more/deep.rs", THEIRS);
    assert_eq!(project.findings(OFFLINE).0, 0, "below a module for tests");
    for (attribute, exit) in [
        ("#[cfg(all(test, unix))]", 0),
        ("#[cfg(any(test, unix))]", 1),
        ("#[cfg(not(test))]", 1),
        ("#[cfg_attr(test, ignore)]", 1),
    ] {
        let source = format!("{SOURCE}\n{attribute}\nmod checks {{ {THEIRS} }}");
        let (found, _) = Project::with(MANIFEST, &source).findings(OFFLINE);
        assert_eq!(found, exit, "{attribute}");
    }
    // The binary `b` declares `checks.rs` as a module too. So `checks.rs` counts as code of the program.
    let project = Project::with(MANIFEST, &format!("#[cfg(test)] mod checks;\n{SOURCE}"));
    project.write("src/bin/b.rs", "#[path = \"../checks.rs\"] mod checks;");
    project.write("src/checks.rs", THEIRS);
    assert_eq!(project.findings(OFFLINE).0, 1);
}

/// In a file that is neither a root nor a `mod.rs`, rustc puts the name of the file's module before the names
/// of inline modules.
#[test]
fn a_path_attribute_names_the_same_file_as_in_rustc() {
    let inline = "mod inner { #[cfg(test)] #[path = \"checks.rs\"] mod checks; }";
    let nested = "mod a { mod b { #[cfg(test)] #[path = \"c/d.rs\"] mod checks; } }";
    let direct = "#[cfg(test)] #[path = \"checks.rs\"] mod checks;";
    for (file, text, tests) in [
        ("src/main.rs", inline, "src/inner/checks.rs"),
        ("src/bin/b.rs", inline, "src/bin/inner/checks.rs"),
        ("src/routes/mod.rs", inline, "src/routes/inner/checks.rs"),
        ("src/routes.rs", inline, "src/routes/inner/checks.rs"),
        ("src/routes.rs", nested, "src/routes/a/b/c/d.rs"),
        ("src/routes.rs", direct, "src/checks.rs"),
        ("src/routes/mod.rs", direct, "src/routes/checks.rs"),
    ] {
        let project = Project::with(MANIFEST, SOURCE);
        // A file in the folder of another module is not meant.
        project.write("src/routes/checks.rs", "");
        project.write("src/inner/checks.rs", "");
        project.write(file, &format!("{text}\n{SOURCE}"));
        project.write(tests, THEIRS);
        let (exit, document) = project.findings(OFFLINE);
        assert_eq!((exit, codes(&document)), (0, vec![]), "{file} {tests}");
    }
}

#[test]
fn a_module_of_the_program_does_not_make_tests_in_another_folder_part_of_the_program() {
    let project = Project::with(MANIFEST, &format!("#[cfg(test)] mod inner;\n{SOURCE}"));
    project.write("src/inner/checks.rs", THEIRS);
    project.write(
        "src/routes.rs",
        "mod inner { #[path = \"checks.rs\"] mod checks; }",
    );
    project.write("src/routes/inner/checks.rs", "");
    assert_eq!(project.findings(OFFLINE).0, 0);
}

#[test]
fn a_scope_that_a_macro_call_names_counts_as_used() {
    let source = r#"fn f(auth: AuthInfo) {
        assert!(auth.has_scope("read:products"));
        json!({ "write": [auth.has_scope("write:products")] });
        log!("{}", One("invite:member"));
    }"#;
    let (_, document) = Project::with(MANIFEST, source).findings(OFFLINE);
    assert_eq!(codes(&document), [""; 0]);
}

/// `cargo logto` knows some of these arguments. The others could come with newer versions of the attributes.
#[test]
fn scopes_beside_any_other_argument_are_still_checked() {
    for arguments in [
        "logto = admin::logto(&state)",
        "logto = |state: &App, other: u8| state.logto",
        "subject = path(\"user_id\")",
        "client = \"app\"",
        "client = [\"a\", \"b\"]",
        "client = any(\"a\", \"b\")",
        "org = path(\"a\", \"b\")",
        "org = query(\"id\")",
        "state = V<A, B>",
        "later",
        "later(\"a, b\")",
    ] {
        for written in [
            format!("\"read:prodcts\", {arguments}"),
            format!("{arguments}, \"read:prodcts\""),
            format!("\"read:prodcts\", {arguments}, crate = ::a::b,"),
        ] {
            let source = format!("{SOURCE}\n#[require_scopes({written})]\nasync fn f() {{}}\n");
            let (exit, document) = Project::with(MANIFEST, &source).findings(OFFLINE);
            assert_eq!(
                (exit, codes(&document)),
                (1, vec!["error unknown_scope src/main.rs:12".to_owned()]),
                "{written}"
            );
        }
    }
}

#[test]
fn an_attribute_without_scopes_is_not_a_finding() {
    for attribute in [
        "guarded_by(\"the caller's own check\")",
        "logto_runtime::guarded_by(\"x\")",
        "public",
    ] {
        let source = format!("{SOURCE}\n#[{attribute}]\nasync fn f() {{}}\n");
        let (exit, document) = Project::with(MANIFEST, &source).findings(OFFLINE);
        assert_eq!((exit, codes(&document)), (0, vec![]), "{attribute}");
    }
}
