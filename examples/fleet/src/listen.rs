//! Listens on the ports of the processes, and checks that they are free.

use std::{io, net::Ipv4Addr};

use tokio::net::TcpListener;

use crate::settings::number;

/// Listens on the port of this process.
pub(crate) async fn listen(default: u16) -> Result<TcpListener, String> {
    let port = number("PORT", default)?;
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await;
    listener.map_err(|error| not_free(port, &error, "set PORT to a free port"))
}

/// Returns an error if a process could not listen on one of the ports. Without this check, another program
/// could answer in place of a process of the fleet.
pub(crate) fn check_free(ports: &[u16]) -> Result<(), String> {
    let first_of = format!("set PORT to the first of {} free ports", ports.len());
    for port in ports {
        // The listener is closed at once, so that the process can listen on the port.
        std::net::TcpListener::bind((Ipv4Addr::LOCALHOST, *port))
            .map_err(|error| not_free(*port, &error, &first_of))?;
    }
    Ok(())
}

fn not_free(port: u16, error: &io::Error, mend: &str) -> String {
    match error.kind() {
        io::ErrorKind::AddrInUse => format!("port {port} is in use; {mend}"),
        _ => format!("cannot listen on 127.0.0.1:{port}: {error}; {mend}"),
    }
}
