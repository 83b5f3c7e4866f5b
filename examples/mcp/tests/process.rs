//! Tests the compiled program: its settings and its log.

#![cfg(test)]

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::TcpStream,
    process::{Child, Command, Stdio},
};

fn mcp() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_mcp"));
    command
        .env_clear()
        .env("PORT", "0")
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    command
}

/// A running program, which ends with the test.
struct Running {
    child: Child,
    /// What it printed before it was ready.
    said: String,
}

impl Running {
    fn start(command: &mut Command) -> Self {
        let mut child = command.spawn().unwrap();
        let mut said = String::new();
        let mut lines = BufReader::new(child.stdout.as_mut().unwrap());
        while !said.contains("listening on") {
            let length = lines.read_line(&mut said).unwrap();
            assert_ne!(length, 0, "the program ended: {said}");
        }
        Self { child, said }
    }

    fn address(&self) -> &str {
        let (_, address) = self.said.rsplit_once("listening on http://").unwrap();
        address.trim().trim_end_matches("/mcp")
    }

    /// Ends the program, and returns its log.
    fn log(mut self) -> String {
        self.child.kill().unwrap();
        let mut log = String::new();
        let mut stderr = self.child.stderr.take().unwrap();
        stderr.read_to_string(&mut log).unwrap();
        log
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn the_log_says_why_a_request_is_refused() {
    let running = Running::start(&mut mcp());
    let address = running.address();
    let mut stream = TcpStream::connect(address).unwrap();
    let request = format!("POST /mcp HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).unwrap();
    let mut response = String::new();
    stream.read_to_string(&mut response).unwrap();
    assert!(response.starts_with("HTTP/1.1 401 "), "{response}");
    let log = running.log();
    assert!(
        log.contains("request refused") && log.contains("missing_token"),
        "{log}"
    );
}

#[test]
fn with_an_empty_endpoint_the_program_starts_a_tenant() {
    let running = Running::start(mcp().env("LOGTO_ENDPOINT", ""));
    assert!(running.said.contains("agent-secret"), "{}", running.said);
}

#[test]
fn a_port_that_is_not_a_number_is_reported_with_its_variable() {
    for value in ["http", "65536", "-1"] {
        let output = mcp().env("PORT", value).output().unwrap();
        let said = String::from_utf8(output.stderr).unwrap();
        let error = format!("mcp: PORT is {value:?}; set it to a port, a number from 0 to 65535\n");
        assert_eq!((said, output.status.code()), (error, Some(1)));
    }
}

/// Such a value can be a secret that was copied into the wrong variable. In the last case, an error about the
/// empty port would come first.
#[cfg(unix)]
#[test]
fn a_value_that_is_not_utf_8_is_reported_with_its_variable_and_not_shown() {
    use std::os::unix::ffi::OsStrExt;

    let value = std::ffi::OsStr::from_bytes(b"hidden\xff");
    for (variable, port) in [
        ("PORT", "0"),
        ("LOGTO_ENDPOINT", "0"),
        ("LOGTO_ENDPOINT", ""),
    ] {
        let mut mcp = mcp();
        let mut child = mcp.env("PORT", port).env(variable, value).spawn().unwrap();
        let mut line = String::new();
        let mut stdout = BufReader::new(child.stdout.take().unwrap());
        stdout.read_line(&mut line).unwrap();
        // If the program printed a line, it ignores the value, and would run until it is stopped.
        if !line.is_empty() {
            child.kill().unwrap();
        }
        let output = child.wait_with_output().unwrap();
        let said = String::from_utf8(output.stderr).unwrap();
        let error = format!("mcp: the value of {variable} is not UTF-8; set it to plain text\n");
        assert_eq!((said, output.status.code()), (error, Some(1)), "{line}");
    }
}
