//! Tests `check --offline`, which compares `logto.toml` with the source. It needs neither a secret nor a
//! network.

use crate::support::{MANIFEST, Project, SOURCE, codes, message};

const OFFLINE: &[&str] = &["--offline"];

#[test]
fn a_project_in_sync_needs_neither_a_secret_nor_a_network() {
    let project = Project::with(MANIFEST, SOURCE);
    let (exit, document) = project.findings(OFFLINE);
    assert_eq!((exit, codes(&document)), (0, vec![]), "{document:#}");
    assert_eq!(document["version"], 1);
    let run = project.run(&["check", "--offline"]);
    assert_eq!((run.exit, &*run.stdout), (0, ""));
    assert_eq!(run.stderr, "in sync\n");
}

#[test]
fn an_unknown_name_in_a_guard_is_an_error_at_the_place_of_the_name() {
    for (guard, code, hint) in [
        (
            r#"require_scopes("read:prodcts")"#,
            "unknown_scope",
            "did you mean `read:products`?",
        ),
        (
            r#"require_org_scopes(all("invite:member"))"#,
            "unknown_scope",
            "`#[require_org_permission",
        ),
        (
            r#"require_org_permission("invite:mmber")"#,
            "unknown_permission",
            "did you mean `invite:member`?",
        ),
        (
            r#"require_auth(resource = "product")"#,
            "unknown_resource",
            "did you mean `products`?",
        ),
        (
            r#"logto_runtime::require_scopes("a", org = any)"#,
            "unknown_scope",
            "expected one of",
        ),
        (
            r#"cfg_attr(not(x), require_scopes("a"))"#,
            "unknown_scope",
            "expected one of",
        ),
    ] {
        let source = format!("{SOURCE}\n#[{guard}]\nasync fn other() {{}}\n");
        let project = Project::with(MANIFEST, &source);
        let (exit, document) = project.findings(OFFLINE);
        assert_eq!(exit, 1, "{guard}");
        assert_eq!(
            codes(&document),
            [format!("error {code} src/main.rs:12")],
            "{document:#}"
        );
        let column = 1 + format!("#[{guard}]").find('"').unwrap();
        assert_eq!(document["findings"][0]["column"], column, "{guard}");
        let message = message(&document, code);
        assert!(message.contains(hint), "{message}");
    }
}

#[test]
fn a_guard_that_names_no_resource_needs_a_default_resource() {
    let manifest = "[[resource]]\nindicator = \"https://a.example\"\ndefault = false\n";
    let source = "#[require_auth]\nasync fn f() {}\n";
    let (exit, document) = Project::with(manifest, source).findings(OFFLINE);
    assert_eq!(exit, 1);
    assert_eq!(
        codes(&document),
        ["error no_default_resource src/main.rs:1"]
    );
}

#[test]
fn an_unused_name_is_a_warning_and_strict_makes_it_an_error() {
    let project = Project::with(MANIFEST, "fn main() {}");
    let expected = |severity: &str| {
        [
            format!("{severity} unused_scope logto.toml:4"),
            format!("{severity} unused_scope logto.toml:4"),
            format!("{severity} unused_permission logto.toml:7"),
        ]
    };
    let (exit, document) = project.findings(OFFLINE);
    assert_eq!((exit, codes(&document)), (0, expected("warning").to_vec()));
    assert_eq!(document["warnings"], 3);
    let (exit, document) = project.findings(&["--offline", "--strict"]);
    assert_eq!((exit, codes(&document)), (1, expected("error").to_vec()));
}

#[test]
fn a_scope_counts_as_used_only_if_code_of_the_program_names_it() {
    let guard = r#"#[require_scopes("read:products", "write:products")] async fn f() {}
        #[require_org_permission("invite:member")] async fn g() {}"#;
    let constants = "#[require_scopes(scopes::READ_PRODUCTS, crate::scopes::products::WRITE_PRODUCTS)] \
                     async fn f() {} #[require_org_permission(scopes::organization::INVITE_MEMBER)] \
                     struct G;";
    let in_code = r#"fn f(auth: AuthInfo) -> bool { auth.has_scope("read:products") &&
        auth.has_scope("invite:member") && g(ScopeExpr::One("write:products")) }"#;
    for (file, source, used) in [
        ("src/main.rs", guard.to_owned(), true),
        ("src/bin/other/deep/mod.rs", guard.to_owned(), true),
        ("examples/e.rs", guard.to_owned(), true),
        ("member/src/lib.rs", guard.to_owned(), true),
        (
            "src/main.rs",
            format!("mod inner {{ impl X {{ fn x() {{ {guard} }} }} }}"),
            true,
        ),
        ("src/main.rs", constants.to_owned(), true),
        ("src/main.rs", in_code.to_owned(), true),
        ("tests/t.rs", guard.to_owned(), false),
        (
            "src/main.rs",
            format!("#[cfg(test)] mod tests {{ {guard} }}"),
            false,
        ),
        (
            "src/main.rs",
            format!("#[tokio::test] async fn t() {{ {guard} }}"),
            false,
        ),
        ("target/x/src/main.rs", guard.to_owned(), false),
        ("own_workspace/src/main.rs", guard.to_owned(), false),
        ("own_file/src/main.rs", guard.to_owned(), false),
        ("src/main.rs", format!("/* {guard} */"), false),
    ] {
        let project = Project::with(MANIFEST, "");
        for package in ["member", "target/x", "own_file"] {
            project.write(
                &format!("{package}/Cargo.toml"),
                "[package]\nname = \"m\"\n",
            );
        }
        project.write(
            "own_workspace/Cargo.toml",
            "[package]\nname = \"w\"\n[workspace]\n",
        );
        project.write("own_file/logto.toml", "");
        project.write(file, &source);
        let (_, document) = project.findings(OFFLINE);
        let unused = codes(&document).len();
        assert_eq!(unused, if used { 0 } else { 3 }, "{file}: {document:#}");
    }
}

#[test]
fn a_custom_target_is_read_and_broken_source_is_a_warning() {
    let project = Project::with(MANIFEST, "fn main() {");
    project.write(
        "Cargo.toml",
        "[package]\nname = \"app\"\n[workspace]\n[[bin]]\nname = \"b\"\npath = \"server/main.rs\"\n",
    );
    project.write("server/main.rs", "mod routes;");
    project.write("server/routes.rs", SOURCE);
    let (exit, document) = project.findings(OFFLINE);
    assert_eq!(exit, 0);
    assert_eq!(
        codes(&document),
        ["warning unread_file src/main.rs:1"],
        "{document:#}"
    );
}

#[test]
fn a_wrong_or_missing_file_is_a_configuration_error_in_every_format() {
    let broken = "[[resource]]\nindicator = \"api\"\n\n[tenant]\n";
    for (manifest, first) in [
        (Some(broken), "logto.toml:2: `api` is not an absolute URI"),
        (Some("a = \n"), "logto.toml:1: invalid TOML"),
        (None, "logto.toml does not exist; create it"),
    ] {
        let project = Project::new();
        if let Some(manifest) = manifest {
            project.write("logto.toml", manifest);
        }
        for format in ["human", "json", "github"] {
            let run = project.run(&["check", "--offline", "--format", format]);
            assert_eq!(run.exit, 2, "{run:?}");
            assert!(
                run.stderr.starts_with(&format!("error: {first}")) || format == "github",
                "{run:?}"
            );
            assert!(run.stderr.contains(first), "{run:?}");
            match format {
                "json" => {
                    let document: serde_json::Value = serde_json::from_str(&run.stdout).unwrap();
                    assert_eq!(document["failure"]["exit"], 2);
                    let message = document["failure"]["message"].as_str().unwrap();
                    assert!(message.starts_with(first), "{message}");
                }
                "github" => assert!(run.stdout.contains("::error "), "{run:?}"),
                _ => assert_eq!(run.stdout, ""),
            }
        }
    }
    let project = Project::new();
    project.write("logto.toml", broken);
    let run = project.run(&["check", "--offline", "--format", "github"]);
    for annotation in [
        "::error file=logto.toml,line=2,",
        "::error file=logto.toml,line=4,",
    ] {
        assert!(run.stdout.contains(annotation), "{run:?}");
    }
}

#[test]
fn findings_for_people_and_for_github_show_the_place() {
    let source = "#[require_scopes(\"read:prodcts\")]\nasync fn f() {}\n";
    let manifest =
        "[[resource]]\nindicator = \"https://a.example\"\nscopes = [\"read:products\"]\n";
    let project = Project::with(manifest, source);
    let run = project.run(&["check", "--offline"]);
    let expected = "\
error[unknown_scope]: unknown scope `read:prodcts` for https://a.example; did you mean `read:products`?
 --> src/main.rs:1:18
warning[unused_scope]: no guard uses the scope `read:products` of https://a.example; remove it, or guard a route with it
 --> logto.toml:3
";
    assert_eq!((run.exit, &*run.stdout), (1, expected));
    assert_eq!(run.stderr, "1 error, 1 warning\n");

    let mut command = project.command(&["check", "--offline"]);
    let run = project.run_with("", command.env("GITHUB_ACTIONS", "true"));
    let mut lines = run.stdout.lines();
    assert_eq!(
        lines.next(),
        Some(
            "::error file=src/main.rs,line=1,col=18,title=unknown_scope::unknown scope \
             `read:prodcts` for https://a.example; did you mean `read:products`?"
        )
    );
    assert!(
        lines
            .next()
            .unwrap()
            .starts_with("::warning file=logto.toml,line=3,title=unused_scope::")
    );
    assert_eq!((run.exit, lines.next()), (1, None));
}

#[test]
fn paths_in_annotations_are_relative_to_the_repository() {
    let project = Project::new();
    project.write("service/Cargo.toml", "[package]\nname = \"s\"\n");
    project.write("service/logto.toml", MANIFEST);
    project.write("service/src/main.rs", "");
    project.write("elsewhere/readme", "");
    let at = |path: &str| project.path().canonicalize().unwrap().join(path);
    let manifest = at("service/Cargo.toml").display().to_string();
    let outside = at("service/logto.toml").display().to_string();
    for (folder, manifest_path, repository, file) in [
        ("service", None, ".", "service/logto.toml"),
        ("service/src", None, ".", "service/logto.toml"),
        (".", Some("service/Cargo.toml"), ".", "service/logto.toml"),
        ("service", Some(&*manifest), ".", "service/logto.toml"),
        ("elsewhere", Some(&*manifest), ".", "service/logto.toml"),
        ("elsewhere", Some(&*manifest), "service", "logto.toml"),
        (".", Some("service/Cargo.toml"), "service", "logto.toml"),
        ("elsewhere", Some(&*manifest), "elsewhere", &*outside),
        ("service", None, "elsewhere", "logto.toml"),
        ("service", None, "missing", "logto.toml"),
    ] {
        let mut command = project.command(&["check", "--offline", "--format", "github"]);
        command.current_dir(at(folder));
        if let Some(manifest) = manifest_path {
            command.args(["--manifest-path", manifest]);
        }
        let run = project.run_with("", command.env("GITHUB_WORKSPACE", at(repository)));
        assert!(
            run.stdout
                .starts_with(&format!("::warning file={file},line=4,")),
            "{folder} {manifest_path:?} {repository}: {run:?}"
        );
    }
}

#[test]
fn a_name_in_the_source_cannot_control_the_terminal() {
    let source = "#[require_scopes(\"\\u{1b}[31mread\")]\nasync fn f() {}\n";
    let run = Project::with(MANIFEST, source).run(&["check", "--offline"]);
    assert!(run.stdout.contains("\\u{1b}[31mread"), "{run:?}");
}
