//! Puts load on a contestant (one of the compared servers) from one thread. Each of 64 connections sends a
//! request as soon as its previous request is answered.

use std::{
    io::{self, Read, Write},
    time::{Duration, Instant},
};

use arena::{Order, PATH};
use mio::{Events, Interest, Poll, Token, net::TcpStream};

const CONNECTIONS: usize = 64;

/// How long the contestant may take to send the remaining answers after a slice (one period of load).
const PATIENCE: Duration = Duration::from_secs(10);

pub struct Client {
    poll: Poll,
    connections: Vec<Connection>,
}

struct Connection {
    stream: TcpStream,
    answer: Vec<u8>,
    sent: Option<Instant>,
}

/// The result of one slice of load.
pub struct Answered {
    pub elapsed: Duration,
    /// The latency of each request, sorted.
    pub latencies: Vec<Duration>,
}

impl Client {
    pub fn connect(port: u16) -> Self {
        let poll = Poll::new().expect("a poll");
        let connections = (0..CONNECTIONS)
            .map(|index| {
                let stream =
                    std::net::TcpStream::connect(("127.0.0.1", port)).expect("a connection");
                stream.set_nodelay(true).expect("a socket");
                stream.set_nonblocking(true).expect("a socket");
                let mut stream = TcpStream::from_std(stream);
                poll.registry()
                    .register(&mut stream, Token(index), Interest::READABLE)
                    .expect("a poll");
                Connection {
                    stream,
                    answer: Vec::with_capacity(4_096),
                    sent: None,
                }
            })
            .collect();
        Self { poll, connections }
    }

    /// Sends requests until `slice` is over, or until `next` has no more requests. Every answer must be 200.
    pub fn send(&mut self, next: &mut Requests, slice: Duration) -> Answered {
        let mut latencies = Vec::with_capacity(1 << 16);
        let started = Instant::now();
        let mut open = 0;
        for connection in &mut self.connections {
            if let Some(request) = next.next() {
                connection.send(request, Instant::now());
                open += 1;
            }
        }
        let mut events = Events::with_capacity(CONNECTIONS);
        while open > 0 {
            match self.poll.poll(&mut events, Some(PATIENCE)) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                polled => polled.expect("a poll"),
            }
            let elapsed = started.elapsed();
            assert!(elapsed < slice + PATIENCE, "requests stay unanswered");
            for event in &events {
                let connection = &mut self.connections[event.token().0];
                let Some(sent) = connection.answered() else {
                    continue;
                };
                let now = Instant::now();
                latencies.push(now - sent);
                match next.next() {
                    Some(request) if elapsed < slice => connection.send(request, now),
                    _ => open -= 1,
                }
            }
        }
        let elapsed = started.elapsed();
        latencies.sort_unstable();
        Answered { elapsed, latencies }
    }
}

impl Connection {
    fn send(&mut self, request: &[u8], now: Instant) {
        // No other request of this connection is under way, so the socket's buffer has room.
        let written = self.stream.write(request).expect("a connection");
        assert_eq!(written, request.len(), "a request was written in part");
        self.sent = Some(now);
    }

    /// Reads from the socket. Once the answer is complete, returns the time at which its request was sent.
    fn answered(&mut self) -> Option<Instant> {
        let mut buffer = [0; 4_096];
        match self.stream.read(&mut buffer) {
            Ok(0) => panic!("the contestant hung up"),
            Ok(length) => self.answer.extend_from_slice(&buffer[..length]),
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => return None,
            Err(error) => panic!("the connection broke: {error}"),
        }
        if !is_complete(&self.answer) {
            return None;
        }
        self.answer.clear();
        self.sent.take()
    }
}

/// Returns whether the answer is complete. Panics if its status is not 200.
fn is_complete(answer: &[u8]) -> bool {
    let mut headers = [httparse::EMPTY_HEADER; 32];
    let mut response = httparse::Response::new(&mut headers);
    let httparse::Status::Complete(head) = response.parse(answer).expect("HTTP") else {
        return false;
    };
    assert_eq!(response.code, Some(200), "a good token is refused");
    let body: usize = response
        .headers
        .iter()
        .find(|header| header.name.eq_ignore_ascii_case("content-length"))
        .and_then(|header| std::str::from_utf8(header.value).ok()?.parse().ok())
        .expect("a Content-Length");
    answer.len() >= head + body
}

/// An iterator over the requests to send.
pub struct Requests<'a> {
    requests: &'a [Vec<u8>],
    order: Order,
    sent: usize,
}

impl<'a> Requests<'a> {
    pub fn new(requests: &'a [Vec<u8>], order: Order) -> Self {
        Self {
            requests,
            order,
            sent: 0,
        }
    }
}

impl<'a> Iterator for Requests<'a> {
    type Item = &'a [u8];

    fn next(&mut self) -> Option<&'a [u8]> {
        if self.order == Order::Once && self.sent == self.requests.len() {
            return None;
        }
        let request = &self.requests[self.sent % self.requests.len()];
        self.sent += 1;
        Some(request)
    }
}

/// Returns the bytes of a request with this token.
pub fn request(token: &str) -> Vec<u8> {
    format!("GET {PATH} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {token}\r\n\r\n")
        .into_bytes()
}
