//! Tests who can read the secret in the workflow of `logto-runtime/docs/manifest.md`.

use std::{fs, path::Path};

/// Returns the workflow, without comments.
fn workflow() -> String {
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("../logto-runtime/docs/manifest.md");
    let page = fs::read_to_string(page).unwrap();
    let blocks = page.split("```yaml\n").skip(1);
    let mut blocks = blocks.map(|rest| rest.split_once("\n```").unwrap().0);
    let block = blocks.find(|block| block.contains("\njobs:\n")).unwrap();
    let lines = block.lines().filter(|line| !line.trim().starts_with('#'));
    lines.collect::<Vec<_>>().join("\n")
}

/// Returns each job of a workflow. The name of a job is indented by two spaces, and its lines by four.
fn jobs(workflow: &str) -> Vec<&str> {
    let (_, jobs) = workflow.split_once("\njobs:\n  ").unwrap();
    let starts = jobs.match_indices("\n  ").map(|(at, _)| at);
    let starts = starts.filter(|at| !jobs[at + 3..].starts_with(' '));
    let mut found = Vec::new();
    let mut from = 0;
    for start in starts.chain([jobs.len()]) {
        found.push(&jobs[from..start]);
        from = start;
    }
    found
}

/// Anybody who can push a branch can write a workflow that reads a secret of the repository. The secret of an
/// environment is given only to the branches that the environment permits.
#[test]
fn only_a_job_with_an_environment_reads_the_secret_and_pull_requests_do_not_start_it() {
    let workflow = workflow();
    let jobs = jobs(&workflow);
    assert!(jobs.len() > 1, "{jobs:?}");
    let (with_secret, others): (Vec<_>, Vec<_>) =
        jobs.into_iter().partition(|job| job.contains("secrets."));
    assert_eq!(with_secret.len(), 1, "{with_secret:?}");
    let job = with_secret[0];
    assert!(job.contains("\n    environment: "), "{job}");
    assert!(
        job.contains("\n    if: github.event_name != 'pull_request'"),
        "{job}"
    );
    // A variable can be changed without a review. The secret would be sent to another endpoint.
    assert!(!job.contains("vars."), "{job}");
    let offline = |job: &&str| job.contains("cargo logto check --offline") && !job.contains("if:");
    assert!(others.iter().any(offline), "{others:?}");
}

/// Otherwise, whoever changes the repository of the command could read the secret.
#[test]
fn the_workflow_installs_a_pinned_version_of_the_command() {
    let workflow = workflow();
    let installs = workflow
        .lines()
        .filter(|line| line.contains("cargo install"));
    let installs: Vec<_> = installs.collect();
    assert!(!installs.is_empty());
    for install in installs {
        let is_pinned = install.contains(" --rev ") || install.contains(" --version ");
        assert!(is_pinned && install.contains(" --locked "), "{install}");
    }
}
