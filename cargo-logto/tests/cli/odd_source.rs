//! Runs `check --offline` with source that somebody else wrote, as in a pull request from a fork.

use std::{os::unix::fs::symlink, process::Command};

use crate::support::{MANIFEST, Project, SOURCE, codes, message};

const OFFLINE: &[&str] = &["--offline"];

/// A recursive parser can exhaust its stack on this many levels of nesting.
const DEEP: usize = 20_000;

fn repeated(before: &str, middle: &str, after: &str, count: usize) -> String {
    format!("{}{middle}{}", before.repeat(count), after.repeat(count))
}

/// Returns the name of each kind of nesting, and source with `count` levels of this kind.
fn nested(count: usize) -> Vec<(&'static str, String)> {
    let expression = |text: String| format!("fn f() {{ let x = {text}; }}");
    vec![
        ("groups", expression(repeated("(", "1", ")", count))),
        ("arrays", expression(repeated("[", "1", "]", count))),
        ("blocks", expression(repeated("{", "", "}", count))),
        ("unary operators", expression(repeated("!", "1", "", count))),
        ("sums", expression(repeated("1+", "1", "", count))),
        ("assignments", expression(repeated("a=", "1", "", count))),
        ("calls", expression(repeated("", "a", "()", count))),
        ("methods", expression(repeated("", "a", ".b()", count))),
        ("fields", expression(repeated("", "a", ".b", count))),
        ("question marks", expression(repeated("", "a", "?", count))),
        ("casts", expression(repeated("", "a", " as u8", count))),
        ("closures", expression(repeated("|a| ", "1", "", count))),
        (
            "closures with parameters",
            expression(repeated("a | |a: V<B = C>, b| ", "1", "", count)),
        ),
        (
            "loops over loops",
            expression(repeated("for A {} in ", "a", " {}", count)),
        ),
        ("returns", expression(repeated("return ", "1", "", count))),
        (
            "conditions",
            expression(repeated("if a {} else ", "{}", "", count)),
        ),
        (
            "conditions in sums",
            expression(repeated("1 + if a {} else ", "{}", "", count)),
        ),
        (
            "matches",
            expression(repeated("match a { _ => ", "1", "}", count)),
        ),
        (
            "blocks that are multiplied",
            expression(repeated("{ a } * ", "1", "", count)),
        ),
        (
            "generics",
            format!("type T = {};", repeated("V<", "u8", ">", count)),
        ),
        (
            "references",
            format!("type T = {};", repeated("&", "u8", "", count)),
        ),
        (
            "functions",
            format!("type T = {};", repeated("fn() -> ", "u8", "", count)),
        ),
        (
            "patterns",
            format!("fn f({}: u8) {{}}", repeated("&", "a", "", count)),
        ),
        ("modules", repeated("mod a {", "", "}", count)),
        (
            "imports",
            format!("use {};", repeated("a::", "b", "", count)),
        ),
        (
            "lists of imports",
            format!("use {};", repeated("{", "b", "}", count)),
        ),
        (
            "attributes",
            format!(
                "#[{}] fn f() {{}}",
                repeated("cfg_attr(a, ", "b", ")", count)
            ),
        ),
        (
            "scopes",
            format!(
                "#[require_scopes({})] fn f() {{}}",
                repeated("any(", "\"a\"", ")", count)
            ),
        ),
    ]
}

#[test]
fn source_that_is_nested_too_deeply_is_a_warning() {
    for (what, text) in nested(DEEP) {
        let project = Project::with(MANIFEST, SOURCE);
        project.write("src/deep.rs", &text);
        let run = project.run(&["check", "--offline", "--format", "json"]);
        assert_eq!(run.exit, 0, "{what}: {}", run.stderr);
        let document = serde_json::from_str(&run.stdout).unwrap();
        assert_eq!(
            codes(&document),
            ["warning unread_file src/deep.rs:1"],
            "{what}"
        );
        assert!(
            message(&document, "unread_file").contains("nested"),
            "{what}"
        );
    }
}

#[test]
fn source_nested_up_to_the_limit_does_not_overflow_the_stack() {
    for count in [100, 380, 1_300, 2_600, 3_900, 7_900] {
        let project = Project::with(MANIFEST, SOURCE);
        for (what, text) in nested(count) {
            project.write(&format!("src/{}.rs", what.replace(' ', "_")), &text);
        }
        let run = project.run(&["check", "--offline", "--format", "json"]);
        assert!(matches!(run.exit, 0 | 1), "{count}: {}", run.stderr);
        let document: serde_json::Value = serde_json::from_str(&run.stdout).unwrap();
        let findings = document["findings"].as_array().unwrap();
        let read = findings.iter().all(|it| it["code"] != "unread_file");
        // The limit is 8,000 tokens. Each level of groups counts as more than 20, so 400 levels exceed it.
        assert!(!read || count < 400, "{count}: every file was read");
    }
}

#[test]
fn long_source_that_is_not_nested_deeply_is_read() {
    for (what, text) in [
        ("functions", "fn f() { g(1); }\n".repeat(20_000)),
        (
            "statements",
            format!("fn f() {{ {} }}", "g(1);".repeat(50_000)),
        ),
        (
            "elements",
            format!("const A: [u8; 1] = [{}];", "1,".repeat(50_000)),
        ),
        (
            "routes",
            format!("fn f() {{ r{}; }}", ".route(\"/\", get(list))".repeat(600)),
        ),
        (
            "arms",
            format!("fn f() {{ match a {{ {} }} }}", "1 => {}".repeat(20_000)),
        ),
        (
            "blocks",
            format!("fn f() {{ {} }}", "if a { b } else { c }".repeat(20_000)),
        ),
        (
            "groups",
            format!("fn f() {{ {}; }}", repeated("(", "1", ")", 100)),
        ),
    ] {
        let project = Project::with(MANIFEST, "");
        project.write("src/main.rs", &format!("{text}\n{SOURCE}"));
        let (_, document) = project.findings(OFFLINE);
        assert_eq!(codes(&document), [""; 0], "{what}");
    }
}

/// A parser that tries two ways to read each level would double its time with each level.
#[test]
fn nesting_does_not_multiply_the_time() {
    for (before, middle, after) in [
        ("{ {", "1", "} }"),
        ("(a < b) > (", "1", ")"),
        ("a::<{ ", "1", "}>()"),
        ("if let Some(a) = ", "b {}", " {}"),
        ("match a { b if ", "c", " => {} }"),
        ("async move { ", "1", "}"),
        ("|a: V<{ ", "1", "}>| a"),
        ("-> V<[u8; ", "1", "]>"),
    ] {
        let project = Project::with(MANIFEST, SOURCE);
        let text = repeated(before, middle, after, 60);
        project.write("src/deep.rs", &format!("fn f() {{ let x = {text}; }}"));
        assert_eq!(project.findings(OFFLINE).0, 0, "{before}");
    }
}

#[test]
fn a_source_file_that_is_not_a_text_file_is_a_warning() {
    let project = Project::with(MANIFEST, SOURCE);
    let file = |name: &str| project.path().join("src").join(name);
    std::fs::write(file("bytes.rs"), b"fn f() { \xff }").unwrap();
    symlink("/dev/zero", file("endless.rs")).unwrap();
    symlink("missing.rs", file("missing_target.rs")).unwrap();
    let made = Command::new("mkfifo").arg(file("pipe.rs")).status();
    assert!(made.unwrap().success());
    std::fs::File::create(file("huge.rs"))
        .unwrap()
        .set_len(1 << 40)
        .unwrap();
    let (exit, document) = project.findings(OFFLINE);
    let expected = ["bytes", "endless", "huge", "missing_target", "pipe"];
    let expected = expected.map(|name| format!("warning unread_file src/{name}.rs:1"));
    assert_eq!((exit, codes(&document)), (0, expected.to_vec()));
}

#[test]
fn a_target_adds_neither_files_outside_of_the_project_nor_build_output() {
    let outside = Project::with(MANIFEST, "#[require_scopes(\"theirs\")] fn f() {}");
    for (path, expected) in [
        (
            outside.path().join("src/main.rs").display().to_string(),
            Some("warning unread_file Cargo.toml:1"),
        ),
        ("../missing/main.rs".to_owned(), None),
        // A binary target in the package's own folder does not add the files in `target/`.
        ("src/../main.rs".to_owned(), None),
        ("./main.rs".to_owned(), None),
        ("missing/main.rs".to_owned(), None),
    ] {
        let project = Project::with(MANIFEST, SOURCE);
        project.write("main.rs", "");
        project.write(
            "target/debug/out.rs",
            "#[require_scopes(\"theirs\")] fn f() {}",
        );
        project.write(
            "Cargo.toml",
            &format!(
                "[package]\nname = \"app\"\n[workspace]\n[[bin]]\nname = \"b\"\npath = {path:?}\n"
            ),
        );
        let (exit, document) = project.findings(OFFLINE);
        let expected: Vec<_> = expected.into_iter().collect();
        assert_eq!((exit, codes(&document)), (0, vec_of(&expected)), "{path}");
        if !expected.is_empty() {
            let says = format!("guards in {path}, a target of Cargo.toml, are not seen");
            assert!(message(&document, "unread_file").starts_with(&says));
        }
    }
}

fn vec_of(expected: &[&str]) -> Vec<String> {
    expected.iter().map(|&it| it.to_owned()).collect()
}
