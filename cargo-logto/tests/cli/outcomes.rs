//! Tests every exit code of every command except `matrix`. Tests each exit code of `check` in every format.

use logto_runtime::test_util::TestTenant;
use serde_json::Value;

use crate::support::{Gone, MANIFEST, PRODUCTS, Project, Run, SOURCE, tenant};

/// The situation in which a command runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Case {
    InSync,
    /// The file declares only a resource that neither the tenant nor the source has.
    Ahead,
    /// The file has a mistake.
    Mistake,
    NoFile,
    NoVariables,
    /// The application does not have the role for the Management API.
    NoRole,
    /// Nobody listens at the endpoint of the tenant.
    Unreachable,
}

const AHEAD: &str = "[[resource]]\nindicator = \"urn:new\"\nscopes = [\"x\"]\n";

fn project(case: Case, tenant: &TestTenant, gone: &Gone) -> Project {
    let manifest = match case {
        Case::Ahead => AHEAD,
        Case::Mistake => "[tenant]\n",
        _ => MANIFEST,
    };
    let project = Project::with(manifest, SOURCE);
    if case == Case::NoFile {
        std::fs::remove_file(project.path().join("logto.toml")).unwrap();
    }
    match case {
        Case::NoVariables => project,
        Case::NoRole => project.of(tenant).client("nobody"),
        Case::Unreachable => project.endpoint(&gone.endpoint()),
        _ => project.of(tenant),
    }
}

#[test]
fn commands_end_with_the_documented_exit_codes() {
    let ask: &[&str] = &["token", "--resource", PRODUCTS];
    for (arguments, case, exit) in [
        (["check"].as_slice(), Case::InSync, 0),
        (&["check"], Case::Ahead, 1),
        (&["check"], Case::Mistake, 2),
        (&["check"], Case::NoFile, 2),
        (&["check"], Case::NoVariables, 2),
        (&["check"], Case::NoRole, 3),
        (&["check"], Case::Unreachable, 3),
        (&["check", "--offline"], Case::InSync, 0),
        (&["check", "--offline"], Case::NoVariables, 0),
        (&["check", "--offline"], Case::Unreachable, 0),
        (&["check", "--offline"], Case::Ahead, 1),
        (&["check", "--offline"], Case::Mistake, 2),
        (&["check", "--offline"], Case::NoFile, 2),
        (&["pull"], Case::InSync, 0),
        (&["pull"], Case::Ahead, 0),
        (&["pull"], Case::NoFile, 0),
        (&["pull"], Case::Mistake, 2),
        (&["pull"], Case::NoVariables, 2),
        (&["pull", "--resource", "urn:x"], Case::InSync, 2),
        (&["pull"], Case::NoRole, 3),
        (&["pull"], Case::Unreachable, 3),
        (&["pull", "--check"], Case::Ahead, 1),
        (&["pull", "--check"], Case::NoFile, 1),
        (&["pull", "--check"], Case::Mistake, 2),
        (&["pull", "--check"], Case::Unreachable, 3),
        (&["push", "--yes"], Case::InSync, 0),
        (&["push", "--yes"], Case::Ahead, 0),
        (&["push", "--dry-run"], Case::InSync, 0),
        (&["push", "--dry-run"], Case::Ahead, 1),
        (&["push"], Case::Ahead, 2),
        (&["push", "--yes"], Case::Mistake, 2),
        (&["push", "--yes"], Case::NoFile, 2),
        (&["push", "--yes"], Case::NoVariables, 2),
        (&["push", "--yes"], Case::NoRole, 3),
        (&["push", "--yes"], Case::Unreachable, 3),
        (&["explain"], Case::InSync, 0),
        (&["explain"], Case::NoRole, 0),
        (&["explain"], Case::Ahead, 1),
        (&["explain"], Case::Mistake, 2),
        (&["explain"], Case::NoFile, 2),
        (&["explain"], Case::NoVariables, 2),
        (&["explain"], Case::Unreachable, 3),
        (ask, Case::InSync, 0),
        (ask, Case::NoFile, 0),
        (&["token"], Case::InSync, 2),
        (ask, Case::NoVariables, 2),
        (ask, Case::Unreachable, 3),
        (&["token", "--resource", "urn:x"], Case::InSync, 3),
        (&["completions", "bash"], Case::NoVariables, 0),
        (&["completions", "tcsh"], Case::NoVariables, 2),
        (&["man"], Case::NoVariables, 0),
        (&["man", "pull"], Case::NoVariables, 2),
        (&["help", "pull"], Case::NoVariables, 0),
        (&["--version"], Case::NoVariables, 0),
        (&["check", "--yes"], Case::InSync, 2),
        (&[], Case::InSync, 2),
    ] {
        let tenant = tenant().start();
        let gone = Gone::new();
        let project = project(case, &tenant, &gone);
        let token = tenant.token().user("alice").scopes(["read:products"]);
        let token = match case {
            // An issuer that differs from the endpoint would be another mistake.
            Case::Unreachable => token.issuer(gone.issuer()),
            _ => token,
        };
        let run = project.run_with(&token.mint(), &mut project.command(arguments));
        assert_eq!(run.exit, exit, "{arguments:?} {case:?}: {run:?}");
        // A user who reads only stderr learns what to do.
        if exit >= 2 {
            let advises = ["; ", "Usage:", "--help", "did you mean"];
            let advised = advises.iter().any(|it| run.stderr.contains(it));
            assert!(advised, "{arguments:?} {case:?}: {run:?}");
        }
    }
}

#[test]
fn check_has_every_exit_code_in_every_format() {
    for (case, exit) in [
        (Case::InSync, 0),
        (Case::Ahead, 1),
        (Case::Mistake, 2),
        (Case::NoFile, 2),
        (Case::NoVariables, 2),
        (Case::NoRole, 3),
        (Case::Unreachable, 3),
    ] {
        for format in ["human", "json", "github"] {
            let tenant = tenant().start();
            let gone = Gone::new();
            let project = project(case, &tenant, &gone);
            let run = project.run(&["check", "--format", format]);
            assert_eq!(run.exit, exit, "{case:?} {format}: {run:?}");
            match format {
                "human" => human(&run, exit),
                "json" => json(&run, exit),
                _ => github(&run, exit),
            }
        }
    }
}

fn human(run: &Run, exit: i32) {
    assert_eq!(run.stdout.is_empty(), exit != 1, "{run:?}");
    let first = match exit {
        0 => "in sync\n",
        1 => " errors, ",
        _ => "error: ",
    };
    assert!(run.stderr.contains(first), "{run:?}");
}

fn json(run: &Run, exit: i32) {
    let document: Value = serde_json::from_str(&run.stdout).unwrap();
    assert_eq!(document["version"], 1);
    let errors = document["errors"].as_u64().unwrap();
    assert_eq!(errors > 0, exit == 1, "{run:?}");
    match exit {
        0 | 1 => assert_eq!(document["failure"], Value::Null),
        _ => assert_eq!(document["failure"]["exit"], exit),
    }
}

fn github(run: &Run, exit: i32) {
    assert_eq!(run.stdout.is_empty(), exit == 0, "{run:?}");
    for line in run.stdout.lines() {
        let is_command = line.starts_with("::error ") || line.starts_with("::warning ");
        assert!(is_command, "{run:?}");
    }
}
