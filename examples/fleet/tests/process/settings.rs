//! Tests what the program prints about a setting that it cannot use.

use std::{
    ffi::OsStr,
    fs,
    os::unix::ffi::OsStrExt,
    process::Command,
    thread::sleep,
    time::{Duration, Instant},
};

/// Valid values of the settings that have no default. With this PATH, the program does not find
/// `redis-server`.
const VALID: [(&str, &str); 7] = [
    ("REDIS_URL", "redis://127.0.0.1:1"),
    ("LOGTO_ENDPOINT", "https://your-tenant.logto.app"),
    ("LOGTO_WEBHOOK_KEY", "0123456789abcdef"),
    ("WEBHOOK_URL", "https://api.example.com/webhooks/logto"),
    ("LOGTO_M2M_APP_ID", "id"),
    ("LOGTO_M2M_APP_SECRET", "secret"),
    ("PATH", "/nowhere"),
];

/// Runs the program with one other value. The program must end with an error. Returns what it printed.
fn error_of(arguments: &[&str], variable: &str, value: &OsStr) -> String {
    let log = tempfile::NamedTempFile::new().unwrap();
    let mut process = Command::new(env!("CARGO_BIN_EXE_fleet"))
        .args(arguments)
        .env_clear()
        .envs(VALID)
        .env(variable, value)
        .stderr(log.reopen().unwrap())
        .spawn()
        .unwrap();
    let began = Instant::now();
    let status = loop {
        if let Some(status) = process.try_wait().unwrap() {
            break Some(status);
        }
        if began.elapsed() > Duration::from_secs(5) {
            process.kill().unwrap();
            process.wait().unwrap();
            break None;
        }
        sleep(Duration::from_millis(10));
    };
    let said = String::from_utf8(fs::read(log.path()).unwrap()).unwrap();
    let code = status.and_then(|status| status.code());
    assert_eq!(
        code,
        Some(1),
        "{arguments:?} must end because of {variable}={value:?}: {said}"
    );
    said
}

#[test]
fn a_value_that_cannot_be_used_is_reported_with_its_variable_and_a_fix() {
    let seconds = "; set it to a number from 1 to 65535";
    let port = "; set it to a number from 0 to 65535";
    let address = "; set it to an IP address, such as 0.0.0.0 for all addresses of this machine";
    let cases: [(&[&str], &str, &str, &str); 11] = [
        (&["reconciler"], "RECONCILE_SECONDS", "0", seconds),
        (&["reconciler"], "RECONCILE_SECONDS", "often", seconds),
        (&["webhooks"], "WEBHOOK_RECEIVERS", "0", seconds),
        (&["webhooks"], "WEBHOOK_RECEIVERS", "two", seconds),
        (&["webhooks"], "PORT", "65536", port),
        (&["api"], "PORT", "http", port),
        (&[], "PORT", "-1", port),
        (&[], "TENANT_PORT", "65536", port),
        (&["api"], "LISTEN_ADDRESS", "localhost", address),
        (&["webhooks"], "LISTEN_ADDRESS", "127.0.0.1:80", address),
        (&["webhooks"], "LISTEN_ADDRESS", "::1::", address),
    ];
    for (arguments, variable, value, fix) in cases {
        let said = error_of(arguments, variable, OsStr::new(value));
        let error = format!("fleet: {variable} is {value:?}{fix}\n");
        assert!(said.contains(&error), "{said}");
    }
}

/// `Logto::from_env` accepts a list in this variable. The whole list as one resource would let the API start,
/// and then refuse every token.
#[test]
fn a_list_of_resources_is_reported_with_a_fix() {
    for list in [
        "https://api.example.com/orders,https://api.example.com/org",
        "https://api.example.com/orders,",
    ] {
        let said = error_of(&["api"], "LOGTO_RESOURCE", OsStr::new(list));
        let error = "fleet: LOGTO_RESOURCE has a comma; set it to one resource indicator, such as \
                     https://api.example.com/orders\n";
        assert!(said.contains(error), "{list}: {said}");
    }
}

/// A value that is not UTF-8 can be a secret, such as a mistyped password.
#[test]
fn a_value_that_is_not_utf_8_is_reported_with_its_variable_and_not_shown() {
    let cases: [(&[&str], &[&str]); 4] = [
        (&[], &["REDIS_URL", "PORT", "TENANT_PORT"]),
        (
            &["api"],
            &[
                "REDIS_URL",
                "LOG_NAME",
                "LOGTO_ENDPOINT",
                "LOGTO_RESOURCE",
                "LISTEN_ADDRESS",
                "PORT",
            ],
        ),
        (
            &["webhooks"],
            &[
                "LOGTO_WEBHOOK_KEY",
                "WEBHOOK_RECEIVERS",
                "LISTEN_ADDRESS",
                "PORT",
            ],
        ),
        (
            &["reconciler"],
            &[
                "WEBHOOK_URL",
                "LOGTO_M2M_APP_ID",
                "LOGTO_M2M_APP_SECRET",
                "RECONCILE_SECONDS",
            ],
        ),
    ];
    for (arguments, variables) in cases {
        for variable in variables {
            let said = error_of(arguments, variable, OsStr::from_bytes(b"hidden\xff"));
            let mut lines = said.lines();
            let is_named = lines.any(|it| it.starts_with("fleet: ") && it.contains(variable));
            assert!(is_named, "{arguments:?} {variable}: {said}");
            assert!(!said.contains("hidden"), "{said}");
        }
    }
}

/// `192.0.2.1` is an address for documentation (RFC 5737), so no machine has it.
#[test]
fn a_process_listens_on_the_address_that_is_set() {
    let said = error_of(&["webhooks"], "LISTEN_ADDRESS", OsStr::new("192.0.2.1"));
    let error = "fleet: 192.0.2.1 is not an address of this machine; set LISTEN_ADDRESS to one, such as \
                 0.0.0.0 for all addresses\n";
    assert!(said.contains(error), "{said}");
}

#[test]
fn an_argument_that_is_not_utf_8_is_reported_without_a_panic() {
    let output = Command::new(env!("CARGO_BIN_EXE_fleet"))
        .arg(OsStr::from_bytes(b"api\xff"))
        .output()
        .unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    let error = "fleet: `api\u{fffd}` is not a process of the fleet";
    assert!(said.starts_with(error), "{said}");
    assert_eq!(output.status.code(), Some(1));
}
