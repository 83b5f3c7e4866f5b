//! Runs a test again, in a process with other environment variables.

use std::{
    env,
    future::Future,
    process::{Command, Output},
};

const CHILD: &str = "LOGTO_TESTS_CHILD";

/// The child prints this text before its result.
const RESULT: &str = "RESULT OF THE CHILD: ";

/// Variables that the child does not inherit. With `REQUEST_METHOD`, the client would ignore `HTTP_PROXY`.
const CLEARED: [&str; 11] = [
    "HTTP_PROXY",
    "http_proxy",
    "HTTPS_PROXY",
    "https_proxy",
    "ALL_PROXY",
    "all_proxy",
    "NO_PROXY",
    "no_proxy",
    "REQUEST_METHOD",
    "SSL_CERT_FILE",
    "SSL_CERT_DIR",
];

/// In the child, runs `test`, prints its result and returns `true`. In the first process, returns `false`.
pub(super) fn ran_in_child<T: Future<Output = String>>(test: impl FnOnce() -> T) -> bool {
    if env::var_os(CHILD).is_none() {
        return false;
    }
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    println!("{RESULT}{}", runtime.unwrap().block_on(test()));
    true
}

/// Runs the test with this name again, in a child process with these variables. Returns the first line of the
/// result.
#[track_caller]
pub(super) fn run(test: &str, variables: &[(&str, &str)]) -> String {
    let mut command = Command::new(env::current_exe().unwrap());
    command
        .args(["--exact", test, "--nocapture"])
        .env(CHILD, "1");
    for variable in CLEARED {
        command.env_remove(variable);
    }
    let Output {
        status,
        stdout,
        stderr,
    } = command.envs(variables.iter().copied()).output().unwrap();
    let said = String::from_utf8(stdout).unwrap();
    let result = said.split_once(RESULT).map(|(_, rest)| rest);
    let result = result.and_then(|rest| rest.lines().next());
    match result {
        Some(result) if status.success() => result.to_owned(),
        _ => panic!("{test}: {said}\n{}", String::from_utf8_lossy(&stderr)),
    }
}

/// Returns a variable that the first process set.
pub(super) fn variable(name: &str) -> String {
    env::var(name).unwrap_or_else(|error| panic!("{name}: {error}"))
}
