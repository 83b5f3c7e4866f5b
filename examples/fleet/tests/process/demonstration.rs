//! Starts `fleet` without a role, as a demonstration that runs all processes. Counts the replicas of the API,
//! and asks each one for its health.

use std::{
    ffi::OsStr,
    fs,
    io::{BufRead, BufReader, Read, Write},
    net::{Ipv4Addr, TcpListener, TcpStream},
    os::unix::ffi::OsStrExt,
    process::{Child, Command, Stdio},
};

use super::redis;

/// A running demonstration.
struct Demonstration {
    child: Child,
    /// The ports of the replicas, read from the printed commands.
    replicas: Vec<u16>,
    /// Alice's token, read from the printed line `ALICE=…`.
    alice: String,
}

/// The names and values of environment variables.
type Shell<'a> = [(&'a str, &'a OsStr)];

impl Demonstration {
    /// Starts a demonstration with these variables, and waits until it runs. Tries up to five times, each time
    /// with new ports. Another program may take one of the free ports before the demonstration does.
    fn start(arguments: &[&str], ports: u16, shell: &Shell<'_>) -> Self {
        let mut errors = Vec::new();
        for _ in 0..5 {
            match Self::try_start(arguments, first_of_free(ports), shell) {
                Ok(demonstration) => return demonstration,
                Err(error) => errors.push(error),
            }
        }
        panic!("the demonstration must start: {errors:#?}")
    }

    /// Starts a demonstration. If it ends before all processes run, returns the text of its log.
    fn try_start(arguments: &[&str], first: u16, shell: &Shell<'_>) -> Result<Self, String> {
        let log = tempfile::NamedTempFile::new().unwrap();
        let child = Command::new(env!("CARGO_BIN_EXE_fleet"))
            .args(arguments)
            .envs(shell.iter().copied())
            .env("PORT", first.to_string())
            .env("TENANT_PORT", "0")
            .env_remove("REDIS_URL")
            .stdout(Stdio::piped())
            .stderr(log.reopen().unwrap())
            .spawn()
            .unwrap();
        let mut demonstration = Self {
            child,
            replicas: Vec::new(),
            alice: String::new(),
        };
        let output = demonstration.child.stdout.take().unwrap();
        for line in BufReader::new(output).lines() {
            let line = line.unwrap();
            let replica = line.strip_prefix("curl -i http://127.0.0.1:");
            if let Some((port, _)) = replica.and_then(|it| it.split_once("/orders")) {
                demonstration.replicas.push(port.parse().unwrap());
            }
            if let Some(token) = line.strip_prefix("ALICE=") {
                token.clone_into(&mut demonstration.alice);
            }
            if line.starts_with("the fleet is running") {
                demonstration.replicas.sort_unstable();
                demonstration.replicas.dedup();
                return Ok(demonstration);
            }
        }
        Err(fs::read_to_string(log.path()).unwrap())
    }
}

impl Drop for Demonstration {
    /// Sends SIGTERM. Unlike SIGKILL, this also ends the processes that the demonstration has started.
    fn drop(&mut self) {
        let _ = Command::new("kill")
            .arg(self.child.id().to_string())
            .status();
        let _ = self.child.wait();
    }
}

#[test]
fn a_demonstration_has_as_many_replicas_as_asked_for_and_three_by_default() {
    if !redis::is_installed() {
        return;
    }
    for (arguments, replicas) in [
        (&[][..], 3),
        (&["--replicas", "5"], 5),
        (&["--replicas", "1"], 1),
    ] {
        let demonstration = Demonstration::start(arguments, replicas + 1, &[]);
        let ports = &demonstration.replicas;
        assert_eq!(
            ports.len(),
            usize::from(replicas),
            "{arguments:?}: the commands must name {replicas} replicas: {ports:?}"
        );
        for port in ports {
            let status = status(*port, "/healthz", "");
            assert_eq!(
                status, "200",
                "{arguments:?}: the replica at port {port} must be ready"
            );
        }
    }
}

/// The user's shell can have settings for processes of a fleet of the user's own.
#[test]
fn settings_of_the_single_processes_do_not_change_the_demonstration() {
    if !redis::is_installed() {
        return;
    }
    let readme = concat!(env!("CARGO_MANIFEST_DIR"), "/README.md");
    let readme = fs::read_to_string(readme).unwrap();
    let (_, table) = readme.split_once("| variable | process |").unwrap();
    let (table, _) = table.split_once("\n\n").unwrap();
    let names = table.lines().filter_map(|row| row.split('|').nth(1));
    let names: Vec<_> = names.flat_map(|cell| cell.split('`')).collect();
    let names = names.iter().filter(|name| name.contains('_'));
    // The demonstration itself reads REDIS_URL.
    let names: Vec<_> = names.filter(|name| **name != "REDIS_URL").collect();
    assert!(names.len() >= 10, "{names:?}");
    for value in [OsStr::new("wrong"), OsStr::from_bytes(b"\xff")] {
        let shell: Vec<_> = names.iter().map(|name| (**name, value)).collect();
        let demonstration = Demonstration::start(&["--replicas", "1"], 2, &shell);
        let token = format!("authorization: Bearer {}\r\n", demonstration.alice);
        let status = status(demonstration.replicas[0], "/orders", &token);
        assert_eq!(status, "200", "{value:?}");
    }
}

/// Sends a request with these header lines to a replica, and returns the status of the response.
fn status(port: u16, path: &str, headers: &str) -> String {
    let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port)).unwrap();
    let request =
        format!("GET {path} HTTP/1.1\r\nhost: localhost\r\n{headers}connection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).unwrap();
    let mut response = String::new();
    stream.read_to_string(&mut response).unwrap();
    response.split(' ').nth(1).unwrap_or_default().to_owned()
}

/// Returns the first of this many consecutive free ports.
fn first_of_free(ports: u16) -> u16 {
    loop {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let first = listener.local_addr().unwrap().port();
        let is_free = |port| TcpListener::bind((Ipv4Addr::LOCALHOST, port)).is_ok();
        let last = first.checked_add(ports - 1);
        if last.is_some_and(|last| (first + 1..=last).all(is_free)) {
            return first;
        }
    }
}
