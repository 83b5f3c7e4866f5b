//! The settings of the HTTP client.

use std::{
    net::{Ipv4Addr, Ipv6Addr, SocketAddr},
    time::Duration,
};

use reqwest::{Client, ClientBuilder, redirect};
use url::Url;

/// Returns the settings of the HTTP client for this endpoint.
pub(crate) fn settings(endpoint: &Url) -> ClientBuilder {
    let client = Client::builder()
        .redirect(redirect::Policy::none())
        .connect_timeout(Duration::from_secs(10))
        .timeout(Duration::from_secs(30));
    if endpoint.scheme() != "http" {
        return client;
    }
    // `http` does not encrypt the secret, so the secret must not leave this machine: a proxy could read it,
    // and the resolver can return an address of another machine for `localhost`.
    // Port 0 stands for the port of the URL.
    let loopback = [
        SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
        SocketAddr::from((Ipv6Addr::LOCALHOST, 0)),
    ];
    client.no_proxy().resolve_to_addrs("localhost", &loopback)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The resolver of the machine can return an address of another machine for `localhost`.
    #[test]
    fn localhost_is_not_looked_up_for_plain_http() {
        for (endpoint, pinned) in [("http://localhost:3001", true), ("https://t.app", false)] {
            let client = format!("{:?}", settings(&endpoint.parse().unwrap()));
            let addresses = r#""localhost": [127.0.0.1:0, [::1]:0]"#;
            assert_eq!(client.contains(addresses), pinned, "{client}");
        }
    }
}
