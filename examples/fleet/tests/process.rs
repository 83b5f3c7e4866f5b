//! Tests what the program prints if it cannot start.

#![cfg(test)]

use std::process::Command;

/// The arguments, the environment, and what standard error says.
type Case<'a> = (&'a [&'a str], &'a [(&'a str, &'a str)], &'a str);

#[test]
fn whoever_cannot_start_it_reads_what_to_do() {
    let redis = ("REDIS_URL", "redis://127.0.0.1:1");
    let tenant = ("LOGTO_ENDPOINT", "https://your-tenant.logto.app");
    let cases: [Case<'_>; 8] = [
        // Without a PATH, nothing is installed.
        (
            &[],
            &[("PATH", "/nowhere")],
            "`sudo apt-get install redis-server`",
        ),
        (
            &["frontend"],
            &[],
            "write `api`, `webhooks` or `reconciler`",
        ),
        (&["api"], &[tenant], "set it to the address of the log"),
        (&["api"], &[redis], "set it to the endpoint of your tenant"),
        (
            &["api"],
            &[tenant, ("REDIS_URL", "a server")],
            "is not a URL of a Redis server",
        ),
        (
            &["webhooks"],
            &[tenant, redis],
            "set it to the signing key of the webhook",
        ),
        (
            &["webhooks"],
            &[tenant, redis, ("LOGTO_WEBHOOK_KEY", "short")],
            "a signing key has at least 16 characters",
        ),
        (
            &["reconciler"],
            &[tenant, redis],
            "set it to the URL of the webhook",
        ),
    ];
    for (arguments, environment, says) in cases {
        let output = Command::new(env!("CARGO_BIN_EXE_fleet"))
            .args(arguments)
            .env_clear()
            .envs(environment.iter().copied())
            .output()
            .unwrap();
        let said = String::from_utf8(output.stderr).unwrap();
        // A process may log in the background while it ends.
        let mut lines = said.lines();
        let is_said = lines.any(|line| line.starts_with("fleet: ") && line.contains(says));
        assert!(is_said, "{arguments:?}: {said}");
        assert_eq!(output.status.code(), Some(1));
    }
}
