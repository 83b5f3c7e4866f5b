//! Listens on the addresses of the processes, and checks that their ports are free.

use std::{
    io,
    net::{IpAddr, Ipv4Addr, SocketAddr},
};

use tokio::net::TcpListener;

use crate::settings::{optional, port};

/// Returns the address of this process. By default, only programs on the same machine can reach it.
pub(crate) fn address(default_port: u16) -> Result<SocketAddr, String> {
    let address = match optional("LISTEN_ADDRESS")? {
        None => IpAddr::from(Ipv4Addr::LOCALHOST),
        Some(value) => value.parse().map_err(|_| {
            let fix = "set it to an IP address, such as 0.0.0.0 for all addresses of this machine";
            format!("LISTEN_ADDRESS is {value:?}; {fix}")
        })?,
    };
    Ok(SocketAddr::new(address, port("PORT", default_port)?))
}

/// Listens on the address of this process.
pub(crate) async fn listen(address: SocketAddr) -> Result<TcpListener, String> {
    let listener = TcpListener::bind(address).await;
    listener.map_err(|error| not_free(address, &error, "set PORT to a free port"))
}

/// Returns an error if a process could not listen on one of the ports. Without this check, another program
/// could answer in place of a process of the fleet.
pub(crate) fn check_free(ports: &[u16]) -> Result<(), String> {
    let first_of = format!("set PORT to the first of {} free ports", ports.len());
    for port in ports {
        // The listener is closed at once, so that the process can listen on the port.
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, *port));
        std::net::TcpListener::bind(address)
            .map_err(|error| not_free(address, &error, &first_of))?;
    }
    Ok(())
}

fn not_free(address: SocketAddr, error: &io::Error, fix: &str) -> String {
    match error.kind() {
        io::ErrorKind::AddrInUse => format!("port {} is in use; {fix}", address.port()),
        io::ErrorKind::AddrNotAvailable => {
            let fix = "set LISTEN_ADDRESS to one, such as 0.0.0.0 for all addresses";
            format!("{} is not an address of this machine; {fix}", address.ip())
        }
        _ => format!("cannot listen on {address}: {error}; {fix}"),
    }
}
