//! Runs the program.

use std::{
    io::{BufRead, BufReader},
    net::TcpListener,
    process::{Child, Command, Stdio},
    thread::sleep,
    time::{Duration, Instant},
};

/// Returns the command of the program, with free ports and without other settings.
pub(super) fn saas() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_saas"));
    command
        .env_clear()
        .env("PORT", "0")
        .env("TENANT_PORT", "0")
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    command
}

/// Runs the program until it ends. Returns its standard error and its exit code. Without the time limit, a
/// program that starts after all would run forever.
pub(super) fn refused(command: &mut Command) -> (String, Option<i32>) {
    let mut child = command.spawn().unwrap();
    let began = Instant::now();
    while child.try_wait().unwrap().is_none() {
        if began.elapsed() > Duration::from_secs(120) {
            child.kill().unwrap();
            let output = child.wait_with_output().unwrap();
            panic!("the program must end with an error: {output:?}");
        }
        sleep(Duration::from_millis(5));
    }
    let output = child.wait_with_output().unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    (said, output.status.code())
}

/// Returns a port that is in use while the listener exists.
pub(super) fn occupied() -> (TcpListener, String) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port().to_string();
    (listener, port)
}

/// Starts the program and reads its output until it is ready.
pub(super) fn started(command: &mut Command) -> (Child, String) {
    let mut child = command.spawn().unwrap();
    let mut said = String::new();
    let mut lines = BufReader::new(child.stdout.as_mut().unwrap());
    while !said.contains("listening on") {
        let length = lines.read_line(&mut said).unwrap();
        assert_ne!(length, 0, "the program ended: {said}");
    }
    (child, said)
}
