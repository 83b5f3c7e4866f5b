//! Starts `fleet` without a role, as a demonstration that runs all processes. Counts the replicas of the API,
//! and asks each one for its health.

use std::{
    fs,
    io::{BufRead, BufReader, Read, Write},
    net::{Ipv4Addr, TcpListener, TcpStream},
    process::{Child, Command, Stdio},
};

use super::redis;

/// A running demonstration.
struct Demonstration {
    child: Child,
    /// The ports of the replicas, read from the printed commands.
    replicas: Vec<u16>,
}

impl Demonstration {
    /// Starts a demonstration, and waits until it runs. Tries up to five times, each time with new ports.
    /// Another program may take one of the free ports before the demonstration does.
    fn start(arguments: &[&str], ports: u16) -> Self {
        let mut errors = Vec::new();
        for _ in 0..5 {
            match Self::try_start(arguments, first_of_free(ports)) {
                Ok(demonstration) => return demonstration,
                Err(error) => errors.push(error),
            }
        }
        panic!("the demonstration must start: {errors:#?}")
    }

    /// Starts a demonstration. If it ends before all processes run, returns the text of its log.
    fn try_start(arguments: &[&str], first: u16) -> Result<Self, String> {
        let log = tempfile::NamedTempFile::new().unwrap();
        let child = Command::new(env!("CARGO_BIN_EXE_fleet"))
            .args(arguments)
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
        };
        let output = demonstration.child.stdout.take().unwrap();
        for line in BufReader::new(output).lines() {
            let line = line.unwrap();
            let replica = line.strip_prefix("curl -i http://127.0.0.1:");
            if let Some((port, _)) = replica.and_then(|it| it.split_once("/orders")) {
                demonstration.replicas.push(port.parse().unwrap());
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
        let demonstration = Demonstration::start(arguments, replicas + 1);
        let ports = &demonstration.replicas;
        assert_eq!(
            ports.len(),
            usize::from(replicas),
            "{arguments:?}: the commands must name {replicas} replicas: {ports:?}"
        );
        for port in ports {
            let status = status(*port);
            assert_eq!(
                status, "200",
                "{arguments:?}: the replica at port {port} must be ready"
            );
        }
    }
}

/// Asks a replica for its health, and returns the status of the response.
fn status(port: u16) -> String {
    let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port)).unwrap();
    let request = "GET /healthz HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n";
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
