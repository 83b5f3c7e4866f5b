//! Tests what the program prints if it cannot start.

use std::{
    net::{Ipv4Addr, TcpListener},
    process::Command,
};

use super::{
    redis::{self, Server},
    reserved::Reserved,
};

/// The arguments, the environment, and a part of the error that the program prints.
type Case<'a> = (&'a [&'a str], &'a [(&'a str, &'a str)], &'a str);

#[test]
fn a_process_that_cannot_start_says_what_to_do() {
    let redis = ("REDIS_URL", "redis://127.0.0.1:1");
    let tenant = ("LOGTO_ENDPOINT", "https://your-tenant.logto.app");
    // With this PATH, the program does not find `redis-server`. So it ends even if it accepts a wrong
    // argument.
    let nowhere = ("PATH", "/nowhere");
    let cases: [Case<'_>; 18] = [
        (&[], &[nowhere], "`sudo apt-get install redis-server`"),
        (
            &["frontend"],
            &[],
            "write `api`, `webhooks` or `reconciler`",
        ),
        (
            &["api"],
            &[tenant],
            "set it to the address of the revocation log",
        ),
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
        (
            &["reconciler", "acept"],
            &[tenant, redis],
            "write `reconciler accept`",
        ),
        (
            &["reconciler", "accept", "now"],
            &[tenant, redis],
            "`now` is not an argument of this process; leave it out",
        ),
        (
            &["api", "accept"],
            &[tenant, redis],
            "write `reconciler accept`",
        ),
        (
            &["--replicas"],
            &[nowhere],
            "but ``; write it like `--replicas 5`",
        ),
        (
            &["--replicas", "0"],
            &[nowhere],
            "from 1 to 20, but `0`; write it like",
        ),
        (
            &["--replicas", "21"],
            &[nowhere],
            "from 1 to 20, but `21`; write it like",
        ),
        (
            &["--replicas", "many"],
            &[nowhere],
            "but `many`; write it like `--replicas 5`",
        ),
        (
            &["--replicas", "3", "4"],
            &[nowhere],
            "but `3 4`; write it like `--replicas 5`",
        ),
        (
            &["--replicas", "5"],
            &[nowhere, ("PORT", "65531")],
            "set PORT to at most 65530",
        ),
        (
            &["--replicas=5"],
            &[],
            "or `--replicas 5` to start them all",
        ),
    ];
    for (arguments, environment, says) in cases {
        assert_says(arguments, environment, says);
    }
}

/// `PORT=3000` is common in shells. One of the ports after it is the default of `TENANT_PORT`.
#[test]
fn the_port_of_the_tenant_cannot_be_a_port_of_another_process() {
    let nowhere = ("PATH", "/nowhere");
    let fix = "; set TENANT_PORT to another port, or set PORT";
    for (ports, tenant) in [
        (&[("PORT", "3000")][..], 3001),
        (&[("PORT", "18500"), ("TENANT_PORT", "18501")], 18_501),
    ] {
        let environment = [ports, &[nowhere]].concat();
        let says = format!("the port of the tenant is {tenant}, but ");
        assert_says(&["--replicas", "2"], &environment, &says);
        assert_says(&["--replicas", "2"], &environment, fix);
    }
}

/// Runs the program, which must end with this error.
fn assert_says(arguments: &[&str], environment: &[(&str, &str)], says: &str) {
    let output = Command::new(env!("CARGO_BIN_EXE_fleet"))
        .args(arguments)
        .env_clear()
        .envs(environment.iter().copied())
        .output()
        .unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    // While the process ends, its tasks may still log lines. So the error is not always the last line.
    let mut lines = said.lines();
    let is_said = lines.any(|line| line.starts_with("fleet: ") && line.contains(says));
    assert!(is_said, "{arguments:?} {environment:?}: {said}");
    assert_eq!(output.status.code(), Some(1));
}

/// If the tested program went on, clients would get the responses of the program that took the port.
#[test]
fn a_program_whose_port_is_taken_ends_and_names_the_port() {
    let port = |listener: &TcpListener| listener.local_addr().unwrap().port();
    // The port before the taken port must be free, because a case below sets PORT to it.
    let (taken, before) = loop {
        let taken = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        if let Some(before) = Reserved::new(port(&taken) - 1) {
            break (taken, before);
        }
    };
    let taken = port(&taken).to_string();
    let in_use = format!("port {taken} is in use; set PORT to ");
    let redis = ("REDIS_URL", "redis://127.0.0.1:1");
    let tenant = ("LOGTO_ENDPOINT", "https://your-tenant.logto.app");
    let key = ("LOGTO_WEBHOOK_KEY", "0123456789abcdef");
    let of_webhooks = [redis, tenant, key, ("PORT", &taken)];
    assert_says(&["webhooks"], &of_webhooks, &in_use);
    for first in [&before.port.to_string(), &taken] {
        assert_says(&[], &[redis, ("PORT", first)], &in_use);
    }
}

/// The Redis user has rights only to the keys of the log `orders`. Without `LOG_NAME`, the process uses
/// a different log.
#[test]
fn a_redis_user_with_rights_to_one_log_needs_the_log_name() {
    if !redis::is_installed() {
        return;
    }
    let user = "--user replica on >secret ~{orders}:* -@all +xread +xrange +xinfo +get +time";
    let server = Server::start(&user.split(' ').collect::<Vec<_>>());
    let url = format!(
        "redis+unix://{}?user=replica&pass=secret",
        server.socket().display()
    );
    let settings = [
        ("REDIS_URL", &*url),
        ("LOGTO_ENDPOINT", "http://127.0.0.1:1"),
    ];
    let named = [&settings[..], &[("LOG_NAME", "orders")]].concat();
    // The program reads the log, and then fetches the signing keys of the tenant. The first error is about
    // the signing keys, so the log was read.
    assert_says(&["api"], &named, "can't warm up");
    assert_says(&["api"], &settings, "for the keys `{logto:");
}
