//! `cargo logto` sends the secret of the application to the tenant only. It prints neither the secret nor a
//! misplaced token.

use std::{
    io::ErrorKind,
    net::{TcpListener, TcpStream},
};

use http::StatusCode;
use logto_runtime::test_util::{Fault, TenantEndpoint};

use crate::support::{MANIFEST, PRODUCTS, Project, SECRET, SOURCE, tenant};

/// A server to which nothing may connect.
struct Untouched(TcpListener);

impl Untouched {
    fn new() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        listener.set_nonblocking(true).unwrap();
        Self(listener)
    }

    fn url(&self) -> String {
        format!("http://{}", self.0.local_addr().unwrap())
    }

    fn is_untouched(&self) -> bool {
        let accepted: std::io::Result<(TcpStream, _)> = self.0.accept();
        accepted.is_err_and(|error| error.kind() == ErrorKind::WouldBlock)
    }
}

#[test]
fn a_secret_for_a_loopback_tenant_is_not_sent_through_a_proxy() {
    let tenant = tenant().start();
    let project = Project::with(MANIFEST, SOURCE).of(&tenant);
    for variable in ["http_proxy", "HTTP_PROXY", "ALL_PROXY", "all_proxy"] {
        let proxy = Untouched::new();
        let mut command = project.command(&["check"]);
        let run = project.run_with("", command.env(variable, proxy.url()));
        assert_eq!(run.exit, 0, "{variable}: {run:?}");
        assert!(proxy.is_untouched(), "{variable}");
    }
}

#[test]
fn the_password_of_a_proxy_is_not_printed() {
    let closed = Untouched::new().url();
    let proxy = closed.replace("http://", "http://someone:proxy-passw0rd@");
    let project = Project::with(MANIFEST, SOURCE).endpoint("https://tenant.invalid");
    for proxy in [
        &*proxy,
        "http://someone:proxy-passw0rd@[",
        "someone:proxy-passw0rd@:x",
    ] {
        for arguments in [["check"].as_slice(), &["explain", "a.b.c"]] {
            let mut command = project.command(arguments);
            let run = project.run_with("", command.env("HTTPS_PROXY", proxy));
            assert!(matches!(run.exit, 1..=3), "{run:?}");
            for text in [&run.stdout, &run.stderr] {
                assert!(!text.contains("passw0rd"), "{run:?}");
            }
        }
    }
}

#[test]
fn a_redirect_of_a_request_with_credentials_is_not_followed() {
    for status in [301, 302, 303, 307, 308] {
        for endpoint in [TenantEndpoint::Token, TenantEndpoint::Management] {
            let tenant = tenant().start();
            let other = Untouched::new();
            let url = other.url();
            let status = StatusCode::from_u16(status).unwrap();
            tenant.fault(endpoint, Fault::answer(status, [("location", &*url)], ""));
            let project = Project::with(MANIFEST, SOURCE).of(&tenant);
            let run = project.run(&["check"]);
            assert_eq!(run.exit, 3, "{run:?}");
            assert!(run.stderr.contains("LOGTO_ENDPOINT"), "{run:?}");
            assert!(other.is_untouched(), "{status} {endpoint:?}");
        }
    }
}

/// People paste a token or a secret where it does not belong.
#[test]
fn a_misplaced_token_or_secret_is_not_printed() {
    let tenant = tenant().start();
    let jwt = tenant.token().user("alice").mint();
    let project = Project::with(MANIFEST, SOURCE).of(&tenant);
    let opaque = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG";
    for word in [SECRET, &jwt, opaque] {
        for arguments in [
            [word].as_slice(),
            &["check", word],
            &["check", "--format", word],
            &["check", &format!("--format={word}")],
            &["check", &format!("--offline={word}")],
            &["explain", "Bearer", word],
            &["explain", word, word],
            &["token", "--secret", word],
            &["token", &format!("--secret={word}")],
            &["token", &format!("--{word}")],
            &["token", word, "--resource", PRODUCTS],
            &["token", "--resource", PRODUCTS, word],
            &["completions", word],
            &["push", "-y", word],
        ] {
            let run = project.run(arguments);
            assert_eq!((run.exit, &*run.stdout), (2, ""), "{arguments:?}");
            assert!(!run.stderr.contains(word), "{arguments:?} {run:?}");
            assert!(
                run.stderr.contains("Usage:") || run.stderr.contains("--help"),
                "{run:?}"
            );
        }
    }
    let mistyped = project.run(&["check", "--manifst-path", "Cargo.toml"]);
    assert!(mistyped.stderr.contains("--manifst-path"), "{mistyped:?}");
}

#[test]
fn a_secret_in_the_wrong_variable_or_in_the_endpoint_is_not_printed() {
    for variable in ["LOGTO_ENDPOINT", "LOGTO_M2M_APP_ID"] {
        for arguments in [["check"].as_slice(), &["explain", "a.b.c"]] {
            let tenant = tenant().start();
            let project = Project::with(MANIFEST, SOURCE).of(&tenant);
            let mut command = project.command(arguments);
            // `run_with` panics if the program prints the secret.
            let run = project.run_with("", command.env(variable, SECRET));
            assert!(matches!(run.exit, 1..=3), "{run:?}");
        }
    }
    for endpoint in [
        "https://someone:passw0rd@tenant.example.com",
        "https://someone:pass@w0rd@tenant.example.com/oidc",
        "someone:passw0rd@tenant.example.com",
        "https://tenant.example.com/?key=passw0rd",
        "https://tenant.example.com/#passw0rd",
    ] {
        let project = Project::with(MANIFEST, SOURCE).endpoint(endpoint);
        for arguments in [["check"].as_slice(), &["explain", "a.b.c"]] {
            let run = project.run(arguments);
            assert_eq!(run.exit, 2, "{run:?}");
            assert!(!run.stderr.contains("w0rd"), "{run:?}");
        }
    }
}
