//! Tests the behaviour on a terminal: questions, colours and progress.

use std::{
    io::{BufRead as _, BufReader, Read as _},
    process::{Command, Stdio},
};

use http::StatusCode;
use logto_runtime::test_util::{Fault, TenantEndpoint, TestTenant};
use rexpect::{
    process::WaitStatus,
    session::{PtySession, spawn_command},
};

use crate::support::{MANIFEST, Project, SOURCE, tenant};

/// How long a test waits for a text, in milliseconds.
const PATIENCE: Option<u64> = Some(60_000);

fn on_terminal(mut command: Command) -> PtySession {
    command.env("TERM", "xterm-256color");
    spawn_command(command, PATIENCE).unwrap()
}

/// Reads to the end, and returns what was printed and the exit code.
fn ended(session: &mut PtySession) -> (String, i32) {
    let printed = session.exp_eof().unwrap();
    let exit = match session.process().wait().unwrap() {
        WaitStatus::Exited(_, exit) => exit,
        other => panic!("{other:?}: {printed}"),
    };
    (printed, exit)
}

fn project(tenant: &TestTenant) -> Project {
    let manifest = MANIFEST.replace("\"invite:member\"", "\"invite:member\", \"new\"");
    Project::with(&manifest, SOURCE).of(tenant)
}

#[test]
fn push_asks_and_creates_only_after_a_yes() {
    for (answer, exit) in [
        ("y", 0),
        ("Y", 0),
        ("yes", 0),
        (" yes ", 0),
        ("", 1),
        ("n", 1),
        ("N", 1),
        ("yess", 1),
        ("no y", 1),
    ] {
        let tenant = tenant().start();
        let project = project(&tenant);
        let mut session = on_terminal(project.command(&["push"]));
        let question = format!("Create 1 item in {}? [y/N] ", tenant.endpoint());
        let before = session.exp_string(&question).unwrap();
        assert!(before.contains("create  permission  new"), "{before}");
        session.send_line(answer).unwrap();
        let (printed, exited) = ended(&mut session);
        assert_eq!(exited, exit, "{answer:?}: {printed}");
        let created = printed.contains("created permission  new");
        assert_eq!(created, exit == 0, "{answer:?}: {printed}");
        assert_eq!(
            printed.contains("nothing was created"),
            exit == 1,
            "{printed}"
        );
        assert_eq!(project.run(&["push", "--dry-run"]).exit, exit, "{answer:?}");
    }
}

#[test]
fn an_end_of_input_is_a_no_and_an_interrupt_creates_nothing() {
    for (control, exit) in [('d', Some(1)), ('c', None)] {
        if control == 'c' && interrupts_are_ignored() {
            println!("skipped: this process and its child processes ignore interrupts");
            continue;
        }
        let tenant = tenant().start();
        let project = project(&tenant);
        let mut session = on_terminal(project.command(&["push"]));
        session.exp_string("[y/N] ").unwrap();
        session.send_control(control).unwrap();
        session.exp_eof().unwrap();
        let ended = match session.process().wait().unwrap() {
            WaitStatus::Exited(_, exit) => Some(exit),
            _ => None,
        };
        assert_eq!(ended, exit, "Ctrl-{control}");
        assert_eq!(project.run(&["push", "--dry-run"]).exit, 1);
    }
}

/// A user who does not see the question can't answer it.
#[test]
fn push_does_not_ask_if_stderr_is_not_a_terminal() {
    let tenant = tenant().start();
    let project = project(&tenant);
    let program = env!("CARGO_BIN_EXE_cargo-logto");
    let mut command = project.command(&[]);
    command = {
        let mut shell = Command::new("sh");
        shell.args(["-c", &format!("'{program}' push 2>errors")]);
        for (name, value) in command.get_envs() {
            match value {
                Some(value) => shell.env(name, value),
                None => shell.env_remove(name),
            };
        }
        shell.current_dir(project.path());
        shell
    };
    let (_, exit) = ended(&mut on_terminal(command));
    assert_eq!(exit, 2);
    assert!(project.read("errors").contains("write `--yes`"));
    assert_eq!(project.run(&["push", "--dry-run"]).exit, 1);
}

#[test]
fn a_terminal_gets_colours_unless_it_is_dumb_or_the_variable_no_color_is_set() {
    let project = Project::with(MANIFEST, "fn main() {}");
    for (variable, coloured) in [
        (None, true),
        (Some(("NO_COLOR", "1")), false),
        (Some(("TERM", "dumb")), false),
    ] {
        let mut command = project.command(&["check", "--offline"]);
        command.env("TERM", "xterm-256color");
        if let Some((name, value)) = variable {
            command.env(name, value);
        }
        let mut session = spawn_command(command, PATIENCE).unwrap();
        let (printed, exit) = ended(&mut session);
        assert_eq!(exit, 0);
        assert!(printed.contains("unused_scope"), "{printed}");
        assert_eq!(
            printed.contains('\u{1b}'),
            coloured,
            "{variable:?}: {printed:?}"
        );
    }
}

#[test]
fn a_terminal_shows_progress_of_work_that_takes_longer_than_a_second() {
    let tenant = tenant().start();
    tenant.fault(TenantEndpoint::Management, Fault::Stall);
    let project = project(&tenant);
    let mut session = on_terminal(project.command(&["check"]));
    let line = format!(
        "reading resources and permissions of {} ",
        tenant.endpoint()
    );
    session.exp_string(&line).unwrap();
    tenant.recover();
    assert_eq!(ended(&mut session).1, 1);
}

#[test]
fn without_a_terminal_only_the_waits_for_a_busy_tenant_are_printed_as_progress() {
    let tenant = tenant().start();
    let busy = Fault::answer(StatusCode::SERVICE_UNAVAILABLE, [("retry-after", "1")], "");
    tenant.fault(TenantEndpoint::Management, busy);
    let project = project(&tenant);
    let mut child = project
        .command(&["check", "--format", "json"])
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stderr = BufReader::new(child.stderr.take().unwrap());
    for _ in 0..3 {
        let mut line = String::new();
        stderr.read_line(&mut line).unwrap();
        assert_eq!(line, "the tenant answers 503; trying again in 1.0 s …\n");
    }
    tenant.recover();
    let mut rest = String::new();
    stderr.read_to_string(&mut rest).unwrap();
    assert!(!rest.contains("reading"), "{rest}");
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    let document: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(document["errors"], 1, "stdout has only the JSON document");
}

#[test]
fn explain_asks_for_a_token_on_a_terminal() {
    let tenant = tenant().start();
    let project = project(&tenant);
    let mut session = on_terminal(project.command(&["explain"]));
    session.exp_string("paste the token").unwrap();
    session.send_line("abc").unwrap();
    session.send_control('d').unwrap();
    assert_eq!(ended(&mut session).1, 1);
}

/// Checks whether this process ignores Ctrl-C, as background jobs of shell scripts do.
fn interrupts_are_ignored() -> bool {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let ignored = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    let mask = ignored.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok());
    mask.unwrap_or_default() & 0b10 != 0
}
