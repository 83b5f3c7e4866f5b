//! Tests how the program starts.

#![cfg(test)]

use std::{
    io::{BufRead, BufReader},
    process::{Command, Stdio},
};

#[test]
fn without_an_endpoint_or_with_an_empty_one_the_program_starts_a_tenant() {
    for endpoint in [None, Some("")] {
        let mut child = Command::new(env!("CARGO_BIN_EXE_actix"))
            .env_clear()
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .envs(endpoint.map(|endpoint| ("LOGTO_ENDPOINT", endpoint)))
            .spawn()
            .unwrap();
        let mut line = String::new();
        let mut stdout = BufReader::new(child.stdout.take().unwrap());
        stdout.read_line(&mut line).unwrap();
        child.kill().unwrap();
        let output = child.wait_with_output().unwrap();
        let said = String::from_utf8(output.stderr).unwrap();
        // With the user's own tenant, the command has `$TOKEN` in place of a token.
        assert!(line.contains("Authorization: Bearer ey"), "{line}{said}");
    }
}
