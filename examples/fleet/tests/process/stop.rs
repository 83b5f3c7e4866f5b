//! Tests that a client cannot keep a process from ending.

use std::{
    io::{ErrorKind, Read, Write},
    net::{Ipv4Addr, TcpStream},
    time::Duration,
};

use logto_runtime::test_util::TestTenant;

use super::{
    redis::{self, Server},
    running::Running,
};

/// The process that receives webhooks appends its pending revocations only after the server has stopped.
#[test]
fn a_client_that_does_not_finish_its_request_does_not_keep_a_process_from_ending() {
    if !redis::is_installed() {
        return;
    }
    let tenant = TestTenant::start();
    let server = Server::start(&[]);
    for role in ["webhooks", "api"] {
        let mut process = Running::start(role, &tenant, &server);
        let connect = || TcpStream::connect((Ipv4Addr::LOCALHOST, process.port)).unwrap();
        let mut unfinished = connect();
        unfinished
            .write_all(b"GET /healthz HTTP/1.1\r\nhost:")
            .unwrap();
        // A server accepts connections in their order. So after this response, it has the unfinished request.
        let mut finished = connect();
        let request = b"GET / HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n";
        finished.write_all(request).unwrap();
        finished.read_to_string(&mut String::new()).unwrap();
        process.tell_to_end();
        // Without this limit, the test would not end if the process does not end.
        let limit = Some(Duration::from_secs(60));
        unfinished.set_read_timeout(limit).unwrap();
        let read = unfinished.read(&mut [0]).map_err(|error| error.kind());
        let waits = [ErrorKind::WouldBlock, ErrorKind::TimedOut].map(Err);
        assert!(
            !waits.contains(&read),
            "{role}: the process must end: {read:?}"
        );
        assert!(
            process.ended(),
            "{role}: the process must end without an error"
        );
    }
}
