//! Checks that a contestant (a server in the comparison) guards its route. Runs before anything is measured.

use std::{
    io::{Read, Write},
    net::TcpStream,
    thread,
    time::{Duration, Instant},
};

use arena::PATH;

use crate::{contestants::Role, process::Running, tenant::Tenant};

const PATIENCE: Duration = Duration::from_secs(10);

/// Panics unless the contestant accepts a good token, answers 401 to a request without a token, and refuses
/// bad tokens. The unguarded handler must instead accept a good token and a request without a token.
pub fn prove(running: &Running, tenant: &Tenant) {
    let name = running.contestant.name;
    let good = tenant.tokens(1).remove(0);
    // Twice, because a contestant can answer from a cache the second time.
    for _ in 0..2 {
        assert_eq!(
            status(running.port, Some(&good)),
            200,
            "{name} refuses a good token"
        );
    }
    if running.contestant.role == Role::Unguarded {
        assert_eq!(status(running.port, None), 200, "{name} is guarded");
        return;
    }
    assert_eq!(status(running.port, None), 401, "{name}, without a token");
    for (wrong, token) in tenant.bad_tokens() {
        // Any error status counts as a refusal.
        let status = status(running.port, Some(&token));
        assert!(
            matches!(status, 400..600),
            "{name} answers {status} to a token with {wrong}"
        );
    }
    assert_eq!(
        status(running.port, Some(&good)),
        200,
        "{name} refuses a good token after bad ones"
    );
}

/// Waits until the contestant accepts a good token. Some contestants start to serve before they have fetched
/// their keys. Panics after ten seconds.
pub fn wait_for_keys(running: &Running, tenant: &Tenant) {
    let good = tenant.tokens(1).remove(0);
    let deadline = Instant::now() + PATIENCE;
    while status(running.port, Some(&good)) != 200 {
        let name = running.contestant.name;
        assert!(Instant::now() < deadline, "{name} refuses a good token");
        thread::sleep(Duration::from_millis(20));
    }
}

fn status(port: u16, token: Option<&str>) -> u16 {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).expect("a connection");
    stream.set_read_timeout(Some(PATIENCE)).expect("a timeout");
    let authorization = token
        .map(|token| format!("Authorization: Bearer {token}\r\n"))
        .unwrap_or_default();
    let request = format!(
        "GET {PATH} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n{authorization}\r\n"
    );
    stream.write_all(request.as_bytes()).expect("a connection");
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).expect("an answer in time");
    std::str::from_utf8(answer.get(9..12).expect("a status"))
        .ok()
        .and_then(|status| status.parse().ok())
        .expect("a status")
}
