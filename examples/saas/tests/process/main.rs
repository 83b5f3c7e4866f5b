//! Tests how the program starts and stops, and what it prints.

#![cfg(test)]

mod program;

use std::{
    io::{Read, Write},
    process::{Command, Stdio},
};

use tokio::net::TcpSocket;

use self::program::{occupied, refused, saas, started};

#[test]
fn a_port_in_use_is_reported_in_one_line_that_names_the_variable() {
    for variable in ["PORT", "TENANT_PORT"] {
        let (_listener, port) = occupied();
        let (said, code) = refused(saas().env(variable, &port));
        assert!(
            said.starts_with(&format!("saas: cannot listen on 127.0.0.1:{port}: ")),
            "{said}"
        );
        assert!(
            said.ends_with(&format!("; set {variable} to a free port\n")),
            "{said}"
        );
        assert_eq!((said.lines().count(), code), (1, Some(1)));
    }
}

#[test]
fn an_invalid_port_is_reported_in_one_line_that_names_the_variable() {
    for (variable, value) in [("PORT", "http"), ("PORT", "65536"), ("TENANT_PORT", "-1")] {
        let (said, code) = refused(saas().env(variable, value));
        let expected =
            format!("saas: {variable} is {value:?}; set it to a port, a number from 0 to 65535\n");
        assert_eq!((said, code), (expected, Some(1)));
    }
}

/// `Logto::from_env` accepts a list of resources in one variable, so users might try a list here, too.
#[test]
fn several_resources_in_one_variable_are_reported_in_one_line_that_names_both_variables() {
    for variable in ["LOGTO_RESOURCE", "LOGTO_ORG_RESOURCE"] {
        let list = "https://a.example,org=https://b.example";
        let tenant = ("LOGTO_ENDPOINT", "https://tenant.invalid");
        let (said, code) = refused(saas().envs([tenant, (variable, list)]));
        let expected = format!(
            "saas: {variable} is {list:?}; set it to one API identifier (LOGTO_RESOURCE: that of \
             the product API, LOGTO_ORG_RESOURCE: that of the organization API)\n"
        );
        assert_eq!((said, code), (expected, Some(1)));
    }
}

#[cfg(unix)]
#[test]
fn a_value_that_is_not_utf_8_is_reported_with_its_variable_and_without_secrets() {
    use std::os::unix::ffi::OsStrExt;

    let with_password = b"https://user:hidden@\xff.example".as_slice();
    for (variable, value, shown) in [
        ("LOGTO_ENDPOINT", b"https://\xff.example".as_slice(), true),
        ("LOGTO_RESOURCE", b"https://\xff.example", true),
        ("LOGTO_ORG_RESOURCE", b"https://\xff.example", true),
        ("PORT", b"https://\xff.example", true),
        ("LOGTO_ENDPOINT", with_password, false),
        ("LOGTO_RESOURCE", with_password, false),
        ("LOGTO_ORG_RESOURCE", with_password, false),
        ("LOGTO_WEBHOOK_KEY", b"hidden\xff", false),
    ] {
        let mut saas = saas();
        saas.env("LOGTO_ENDPOINT", "https://tenant.invalid");
        let (said, code) = refused(saas.env(variable, std::ffi::OsStr::from_bytes(value)));
        let start = match shown {
            true => format!(r#"saas: {variable} is "https://\xFF.example"; set it to "#),
            false => format!("saas: {variable} is not UTF-8; set it to "),
        };
        assert!(said.starts_with(&start), "{said}");
        assert!(!said.contains("hidden"), "{said}");
        assert_eq!((said.lines().count(), code), (1, Some(1)));
    }
}

#[test]
fn errors_do_not_show_the_credentials_in_a_url() {
    let list = "https://user:hidden@a.example,https://user:hidden@b.example";
    for (variable, value) in [
        ("LOGTO_ENDPOINT", "https://user:hidden@tenant.invalid"),
        ("LOGTO_RESOURCE", list),
        ("LOGTO_ORG_RESOURCE", list),
    ] {
        let mut saas = saas();
        saas.env("LOGTO_ENDPOINT", "https://tenant.invalid");
        let (said, code) = refused(saas.env(variable, value));
        assert!(!said.contains("hidden"), "{variable}: {said}");
        assert!(said.contains("redacted@"), "{variable}: {said}");
        assert_eq!((said.lines().count(), code), (1, Some(1)));
    }
}

#[test]
fn an_unreachable_tenant_is_reported_with_its_endpoint() {
    // Nobody listens at this port, and nobody else gets it while the socket is bound.
    let socket = TcpSocket::new_v4().unwrap();
    socket.bind("127.0.0.1:0".parse().unwrap()).unwrap();
    let endpoint = format!("http://{}", socket.local_addr().unwrap());
    let (said, code) = refused(saas().env("LOGTO_ENDPOINT", &endpoint));
    assert!(said.contains(&endpoint), "{said}");
    assert_eq!(code, Some(1));
}

#[test]
fn an_invalid_endpoint_is_reported_in_one_line() {
    let (said, code) = refused(saas().env("LOGTO_ENDPOINT", "not a url"));
    assert!(
        said.starts_with("saas: ") && said.contains("not a url"),
        "{said}"
    );
    assert_eq!((said.lines().count(), code), (1, Some(1)));
}

#[test]
fn with_an_endpoint_the_program_uses_that_tenant_and_says_how_to_get_tokens_there() {
    let tenant = saas::embedded(0).unwrap();
    let (mut child, said) = started(saas().env("LOGTO_ENDPOINT", tenant.endpoint()));
    child.kill().unwrap();
    child.wait().unwrap();
    assert!(
        said.contains(&format!(
            "TOKEN=$(curl -sS {}/oidc/token ",
            tenant.endpoint()
        )),
        "{said}"
    );
    assert!(!said.contains("catalog-admin"), "{said}");
}

#[test]
fn the_program_prints_its_address_then_who_may_call_what_then_three_commands() {
    let (mut child, said) = started(&mut saas());
    child.kill().unwrap();
    child.wait().unwrap();
    let (_, address) = said.rsplit_once("listening on ").unwrap();
    let first = format!(
        "{}/ shows who may call what, and why not: open it in a browser",
        address.trim()
    );
    assert_eq!(said.lines().next(), Some(&*first));
    let (table, commands) = said.split_once("LOGTO_ENDPOINT is not set").unwrap();
    let route = r#"GET   /api/products                                     require_scopes("read:products")"#;
    assert!(table.contains(route), "{table}");
    assert_eq!(
        table.lines().filter(|line| line.contains("/api/")).count(),
        10
    );
    assert_eq!(commands.matches("\ncurl -i ").count(), 3, "{commands}");
}

#[test]
fn the_readme_shows_the_command_of_each_case() {
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/README.md");
    let readme = std::fs::read_to_string(file).unwrap();
    let guide = saas::Guide::new("http://127.0.0.1:3000", "http://127.0.0.1:3001");
    for case in saas::CASES {
        let shown = format!(
            "\n{}: {}\n\n```sh\n{}\n```\n\n```text\n",
            case.status,
            case.shows,
            guide.command_of(&case)
        );
        assert!(readme.contains(&shown), "{shown}");
    }
}

/// Runs the shell command [`saas::TAKE_TOKEN`] with the answer to a token request as its input. Returns its
/// standard output and its standard error.
#[cfg(unix)]
fn taken(answer: &str) -> (String, String) {
    let mut shell = Command::new("sh")
        .args(["-c", saas::TAKE_TOKEN])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut input = shell.stdin.take().unwrap();
    input.write_all(answer.as_bytes()).unwrap();
    drop(input);
    let output = shell.wait_with_output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap().trim_end().to_owned();
    (text(output.stdout), text(output.stderr))
}

#[cfg(unix)]
#[test]
fn the_answer_to_a_failed_token_request_is_shown_and_not_taken_as_a_token() {
    let granted = r#"{"access_token":"a.b.c","expires_in":3600,"token_type":"Bearer"}"#;
    assert_eq!(taken(granted), ("a.b.c".to_owned(), String::new()));
    for failed in [
        r#"{"code":"oidc.access_denied","message":"Access denied.","error":"access_denied"}"#,
        "<html>502 Bad Gateway</html>",
    ] {
        assert_eq!(taken(failed), (String::new(), failed.to_owned()));
    }
    assert_eq!(taken(""), (String::new(), String::new()));
}

#[cfg(unix)]
#[test]
fn every_printed_token_request_is_piped_into_the_command_that_takes_the_token() {
    let tenant = saas::embedded(0).unwrap();
    for command in [&mut saas(), saas().env("LOGTO_ENDPOINT", tenant.endpoint())] {
        let (mut child, said) = started(command);
        child.kill().unwrap();
        child.wait().unwrap();
        let requests: Vec<_> = said
            .lines()
            .filter(|line| line.contains("/oidc/token"))
            .collect();
        assert!(requests.len() >= 3, "{said}");
        for request in requests {
            assert!(
                request.contains(&format!("| {})", saas::TAKE_TOKEN)),
                "{request}"
            );
            assert!(request.contains("$(curl -sS "), "{request}");
        }
    }
}

#[cfg(unix)]
#[test]
fn the_program_stops_cleanly_on_sigint_and_sigterm() {
    for signal in ["-INT", "-TERM"] {
        let (mut child, said) = started(&mut saas());
        assert!(said.contains("LOGTO_ENDPOINT is not set"), "{said}");
        let pid = child.id().to_string();
        assert!(
            Command::new("kill")
                .args([signal, &pid])
                .status()
                .unwrap()
                .success()
        );
        let code = child.wait().unwrap().code();
        let mut rest = String::new();
        child
            .stdout
            .take()
            .unwrap()
            .read_to_string(&mut rest)
            .unwrap();
        assert_eq!((rest.as_str(), code), ("stopped\n", Some(0)), "{signal}");
    }
}
