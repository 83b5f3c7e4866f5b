//! Tests how the program starts, and what it prints if it cannot start.

#![cfg(test)]

use std::{
    io::{BufRead, BufReader},
    process::{Command, Stdio},
};

fn quickstart() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_quickstart"));
    command
        .env_clear()
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    command
}

#[test]
fn a_wrong_environment_is_reported_in_one_line_that_names_what_is_wrong() {
    let resource = "https://api.example.com/products";
    for (endpoint, resource, named) in [
        ("not a url", resource, "not a url"),
        ("https://your-tenant.logto.app", "", "resource"),
        ("https://your-tenant.logto.app", "products", "products"),
    ] {
        let output = quickstart()
            .env("LOGTO_ENDPOINT", endpoint)
            .env("LOGTO_RESOURCE", resource)
            .output()
            .unwrap();
        let said = String::from_utf8(output.stderr).unwrap();
        assert!(said.starts_with("quickstart: "), "{said}");
        assert!(said.contains(named), "{said}");
        // Users do not see the names of error types.
        assert!(!said.contains("Error") && !said.contains('{'), "{said}");
        assert_eq!((said.lines().count(), output.status.code()), (1, Some(1)));
    }
}

#[test]
fn without_an_endpoint_or_with_an_empty_one_the_program_starts_a_tenant() {
    for endpoint in [None, Some("")] {
        let mut child = quickstart()
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
