//! Tests `push`, which creates in the tenant what only `logto.toml` has.

use std::process::Stdio;

use logto_runtime::test_util::TestTenant;

use crate::{
    proxy::{Behaviour, Proxy},
    support::{MANIFEST, Project, Run, SOURCE, tenant},
};

/// Returns `MANIFEST` with additional names, which the tenant lacks.
fn manifest() -> String {
    let more = "[[resource]]\nindicator = \"https://api.example.com/orders\"\nname = \"orders\"\n\
                scopes = [\"read:orders\", \"write:orders\"]\n\n[organization]";
    let manifest = MANIFEST.replace("[organization]", more);
    let manifest = manifest.replace(
        "\"write:products\"]",
        "\"write:products\", \"delete:products\"]\ndefault = true",
    );
    manifest.replace(
        "\"invite:member\"]",
        "\"invite:member\", \"manage:billing\"]",
    )
}

const PLAN: &str = "\
create  scope       delete:products               https://api.example.com/products
create  resource    https://api.example.com/orders  orders
create  scope       read:orders                   https://api.example.com/orders
create  scope       write:orders                  https://api.example.com/orders
create  permission  manage:billing
";

fn project(tenant: &TestTenant) -> Project {
    Project::with(&manifest(), SOURCE).of(tenant)
}

fn in_sync(run: &Run) {
    assert_eq!((run.exit, &*run.stdout), (0, ""), "{run:?}");
    assert!(
        run.stderr
            .contains(" has everything that logto.toml declares"),
        "{run:?}"
    );
}

#[test]
fn push_creates_exactly_what_a_dry_run_shows() {
    let tenant = tenant().start();
    let project = project(&tenant);
    let dry = project.run(&["push", "--dry-run"]);
    assert_eq!((dry.exit, &*dry.stdout), (1, PLAN), "{dry:?}");
    let again = project.run(&["push", "--dry-run"]);
    assert_eq!(again.stdout, PLAN, "nothing was created");

    let run = project.run(&["push", "--yes"]);
    assert_eq!((run.exit, &*run.stdout), (0, PLAN), "{run:?}");
    let done: Vec<_> = run
        .stderr
        .lines()
        .filter(|it| it.starts_with("created "))
        .collect();
    let planned: Vec<_> = PLAN
        .lines()
        .map(|it| it.replacen("create  ", "created ", 1))
        .collect();
    assert_eq!(done, planned);
    in_sync(&project.run(&["push", "--dry-run"]));
    in_sync(&project.run(&["push", "--yes"]));
    let (exit, document) = project.findings(&[]);
    assert_eq!((exit, &document["errors"]), (0, &0.into()), "{document:#}");
}

#[test]
fn push_creates_nothing_if_it_cannot_ask_and_the_option_yes_is_missing() {
    let tenant = tenant().start();
    let project = project(&tenant);
    for input in ["", "y\n"] {
        let run = project.run_with(input, &mut project.command(&["push"]));
        assert_eq!((run.exit, &*run.stdout), (2, PLAN), "{run:?}");
        assert!(run.stderr.contains("write `--yes`"), "{run:?}");
    }
    assert_eq!(project.run(&["push", "--dry-run"]).stdout, PLAN);
}

#[test]
fn push_deletes_nothing_in_the_tenant() {
    let tenant = tenant()
        .resource("https://theirs.example.com", ["x"])
        .start();
    let project = Project::with("[[resource]]\nindicator = \"urn:new\"\n", "").of(&tenant);
    assert_eq!(project.run(&["push", "--yes"]).exit, 0);
    let (_, document) = project.findings(&[]);
    let only_there = |code: &str| {
        let findings = document["findings"].as_array().unwrap().iter();
        findings.filter(|it| it["code"] == code).count()
    };
    assert_eq!(only_there("resource_only_in_tenant"), 2);
    assert_eq!(only_there("permission_only_in_tenant"), 1);
}

#[test]
fn concurrent_creation_by_somebody_else_counts_as_done() {
    let tenant = tenant().start();
    let proxy = Proxy::start(tenant.endpoint(), Behaviour::SomebodyElse);
    let run = project(&tenant)
        .endpoint(&proxy.endpoint)
        .run(&["push", "--yes"]);
    assert_eq!(run.exit, 0, "{run:?}");
    let existing = run
        .stderr
        .lines()
        .filter(|it| it.starts_with("exists  "))
        .count();
    assert_eq!(existing, 5, "{run:?}");
    in_sync(&project(&tenant).run(&["push", "--dry-run"]));
}

#[test]
fn the_next_run_finishes_an_interrupted_run() {
    for answered in 0..5 {
        let tenant = tenant().start();
        let mut proxy = Proxy::start(tenant.endpoint(), Behaviour::StallAfter(answered));
        let through = project(&tenant).endpoint(&proxy.endpoint);
        let mut child = through
            .command(&["push", "--yes"])
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        proxy.wait_for_creations(answered + 1);
        child.kill().unwrap();
        child.wait().unwrap();

        let run = project(&tenant).run(&["push", "--yes"]);
        assert_eq!(run.exit, 0, "{run:?}");
        assert_eq!(
            run.stdout.lines().count(),
            5 - answered,
            "only the items that are still missing: {run:?}"
        );
        in_sync(&project(&tenant).run(&["push", "--dry-run"]));
    }
}

#[test]
fn push_ends_with_3_if_the_tenant_refuses_and_with_2_if_the_file_is_missing() {
    let tenant = tenant().start();
    let manifest = "[[resource]]\nindicator = \"urn:new\"\nscopes = [\"x\"]\n";
    let project = Project::with(manifest, "").of(&tenant).client("nobody");
    let run = project.run(&["push", "--yes"]);
    assert_eq!(run.exit, 3, "{run:?}");
    let missing = Project::new().of(&tenant).run(&["push"]);
    assert_eq!(missing.exit, 2);
    assert!(
        missing.stderr.contains("create it with `cargo logto pull`"),
        "{missing:?}"
    );
}

#[test]
fn concurrent_runs_all_succeed() {
    let tenant = tenant().start();
    let project = project(&tenant);
    let spawn = || {
        let mut command = project.command(&["push", "--yes"]);
        command.stdin(Stdio::null()).stdout(Stdio::piped());
        command.stderr(Stdio::piped()).spawn().unwrap()
    };
    let runs =
        [spawn(), spawn(), spawn()].map(|child| Run::from(child.wait_with_output().unwrap()));
    for run in runs {
        assert_eq!(run.exit, 0, "{run:?}");
    }
    in_sync(&project.run(&["push", "--dry-run"]));
}

#[test]
fn push_names_the_tenant() {
    let tenant = tenant().start();
    for arguments in [
        ["push", "--dry-run"].as_slice(),
        &["push", "--yes"],
        &["push"],
    ] {
        let run = project(&tenant).run(arguments);
        assert!(run.stderr.contains(tenant.endpoint()), "{run:?}");
    }
}
