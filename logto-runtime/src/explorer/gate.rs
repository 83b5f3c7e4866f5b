//! Decides who may see the page, which tells more than callers may know.

use std::net::SocketAddr;

use axum::extract::{ConnectInfo, FromRequestParts};
use http::{
    HeaderMap, StatusCode, Uri,
    header::{FORWARDED, HOST, HeaderName},
    request::Parts,
    uri::Authority,
};
use url::Url;

use crate::config::is_loopback;

/// Headers by which proxies name the caller. The peer of a request that has one is the proxy.
const FORWARDING: [HeaderName; 4] = [
    FORWARDED,
    HeaderName::from_static("x-forwarded-for"),
    HeaderName::from_static("x-forwarded-host"),
    HeaderName::from_static("x-real-ip"),
];

/// Why a request does not get the page. Each text ends with the fix.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum Closed {
    #[error(
        "the explorer answers loopback peers only, and this server does not say who its peers are: \
         write `axum::serve(listener, app.into_make_service_with_connect_info::<SocketAddr>())`, or \
         call `.allow_remote()` on the explorer if everyone who reaches this server may see who may \
         call what"
    )]
    PeerUnknown,
    #[error(
        "the explorer answers loopback peers only: open it on the computer on which the program runs, \
         or call `.allow_remote()`"
    )]
    PeerRemote,
    #[error(
        "the explorer answers loopback peers only, and this request came through a proxy: open the \
         port of the program itself, or call `.allow_remote()`"
    )]
    Proxied,
    #[error(
        "the explorer answers only under the name of the loopback interface: open it as \
         `http://localhost:<port>/` or `http://127.0.0.1:<port>/`, or call `.allow_remote()`"
    )]
    HostNotLoopback,
    #[error("the request does not name its host once: send one `Host` header")]
    HostUnclear,
}

impl Closed {
    pub(super) fn status(self) -> StatusCode {
        match self {
            // The program lacks a line, which the caller can't mend.
            Self::PeerUnknown => StatusCode::INTERNAL_SERVER_ERROR,
            Self::HostUnclear => StatusCode::BAD_REQUEST,
            Self::PeerRemote | Self::Proxied | Self::HostNotLoopback => StatusCode::FORBIDDEN,
        }
    }
}

/// Returns the authority under which the page was asked for, if the peer may see it.
///
/// The `Host` is checked because of DNS rebinding: a page of another site can give its own name the
/// address of the loopback interface, and could then read this page in the browser of its visitor.
pub(super) async fn enter(parts: &mut Parts, allow_remote: bool) -> Result<Authority, Closed> {
    let authority = authority(&parts.headers, &parts.uri)?;
    if allow_remote {
        return Ok(authority);
    }
    let Ok(ConnectInfo(peer)) = ConnectInfo::<SocketAddr>::from_request_parts(parts, &()).await
    else {
        return Err(Closed::PeerUnknown);
    };
    if !peer.ip().to_canonical().is_loopback() {
        return Err(Closed::PeerRemote);
    }
    if FORWARDING
        .iter()
        .any(|name| parts.headers.contains_key(name))
    {
        return Err(Closed::Proxied);
    }
    match is_loopback_authority(&authority) {
        true => Ok(authority),
        false => Err(Closed::HostNotLoopback),
    }
}

/// Returns the host that the request names: in its header, or over HTTP/2 in its URI. If both are
/// there, they must be equal.
fn authority(headers: &HeaderMap, uri: &Uri) -> Result<Authority, Closed> {
    let mut named = headers.get_all(HOST).iter();
    let in_header = match (named.next(), named.next()) {
        (None, _) => None,
        (Some(value), None) => {
            let text = value.to_str().map_err(|_| Closed::HostUnclear)?;
            let parsed: Authority = text.parse().map_err(|_| Closed::HostUnclear)?;
            Some(parsed)
        }
        (Some(_), Some(_)) => return Err(Closed::HostUnclear),
    };
    let authority = match (in_header, uri.authority()) {
        (Some(header), None) => header,
        (None, Some(uri)) => uri.clone(),
        (Some(header), Some(uri)) if header == *uri => header,
        (Some(_), Some(_)) | (None, None) => return Err(Closed::HostUnclear),
    };
    match authority.as_str().contains('@') {
        true => Err(Closed::HostUnclear),
        false => Ok(authority),
    }
}

fn is_loopback_authority(authority: &Authority) -> bool {
    Url::parse(&format!("http://{authority}/")).is_ok_and(|url| is_loopback(&url))
}
