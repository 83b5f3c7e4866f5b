//! A port that is free for the tested program, and for nobody else.

use std::net::{Ipv4Addr, SocketAddr};

use tokio::net::TcpSocket;

/// A free port. While this value exists, Linux gives the port only to programs that ask for its number.
///
/// On other systems, no program could listen on a port that is bound here. So there, nothing reserves the
/// port, and another program can take it.
pub(crate) struct Reserved {
    pub(crate) port: u16,
    _socket: Option<TcpSocket>,
}

impl Reserved {
    /// Returns the port with this number, or any port if the number is 0. Returns `None` if it is not free.
    pub(crate) fn new(port: u16) -> Option<Self> {
        let socket = TcpSocket::new_v4().unwrap();
        // Otherwise, the socket could share the port with another `Reserved`.
        socket.set_reuseaddr(false).unwrap();
        socket
            .bind(SocketAddr::from((Ipv4Addr::LOCALHOST, port)))
            .ok()?;
        // Linux lets several sockets have one port if all have this option and none listens yet.
        socket.set_reuseaddr(true).unwrap();
        Some(Self {
            port: socket.local_addr().unwrap().port(),
            _socket: cfg!(target_os = "linux").then_some(socket),
        })
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_reserved_port_is_given_only_to_a_program_that_asks_for_its_number() {
    use std::net::TcpListener;

    let reserved = Reserved::new(0).unwrap();
    assert!(Reserved::new(reserved.port).is_none(), "reserved twice");
    let address = (Ipv4Addr::LOCALHOST, reserved.port);
    std::net::TcpStream::connect(address).unwrap_err();
    let listener = TcpListener::bind(address).unwrap();
    assert!(Reserved::new(reserved.port).is_none(), "in use");
    drop(listener);
}
