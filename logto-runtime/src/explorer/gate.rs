//! Decides who may see the page of the explorer. The page shows more than callers of the API may know.

use std::net::SocketAddr;

use axum::extract::{ConnectInfo, FromRequestParts};
use http::{
    HeaderMap, HeaderValue, Method, StatusCode, Uri,
    header::{FORWARDED, HOST, HeaderName, ORIGIN, VIA},
    request::Parts,
    uri::Authority,
};
use url::Url;

use super::paste::{SEC_FETCH_SITE, is_origin_of};
use crate::config::is_loopback;

/// Headers that proxies add, apart from those with [`FORWARDING_PREFIX`]. In a request with one of these
/// headers, the peer is a proxy, not the caller.
const FORWARDING: [HeaderName; 3] = [FORWARDED, VIA, HeaderName::from_static("x-real-ip")];

/// The prefix of the other headers that proxies add. Any such header shows that the peer is a proxy. The
/// header need not name the caller. For example, Envoy as a sidecar sends `X-Forwarded-Proto` without
/// `X-Forwarded-For`.
const FORWARDING_PREFIX: &str = "x-forwarded-";

const SEC_FETCH_DEST: HeaderName = HeaderName::from_static("sec-fetch-dest");
const SEC_FETCH_MODE: HeaderName = HeaderName::from_static("sec-fetch-mode");

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
        "a script of another site asks for the explorer: open it in a tab of its own, or call \
         `.allow_remote()`"
    )]
    AnotherOrigin,
    #[error(
        "a page of another site loads the explorer: open it in a tab of its own, or call \
         `.allow_remote()`"
    )]
    Embedded,
    #[error(
        "the explorer answers only under the name of the loopback interface: open it as \
         `http://localhost:<port>/` or `http://127.0.0.1:<port>/`, or call `.allow_remote()`"
    )]
    HostNotLoopback,
    #[error(
        "the host of the request is missing, repeated or malformed: send one valid `Host` header"
    )]
    HostUnclear,
}

impl Closed {
    pub(super) fn status(self) -> StatusCode {
        match self {
            // The fault is in the program. The caller can't fix it.
            Self::PeerUnknown => StatusCode::INTERNAL_SERVER_ERROR,
            Self::HostUnclear => StatusCode::BAD_REQUEST,
            Self::PeerRemote
            | Self::Proxied
            | Self::AnotherOrigin
            | Self::Embedded
            | Self::HostNotLoopback => StatusCode::FORBIDDEN,
        }
    }
}

/// If the caller may see the page, returns the authority (host and port) that the request names.
///
/// The `Host` is checked because of DNS rebinding. Another site can make its host name resolve to a loopback
/// address. Without this check, the pages of that site could read the explorer in a visitor's browser.
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
    if is_forwarded(&parts.headers) {
        return Err(Closed::Proxied);
    }
    if !is_loopback_authority(&authority) {
        return Err(Closed::HostNotLoopback);
    }
    // `paste` checks the origin of a form before it reads the token of the form.
    if parts.method != Method::POST {
        if names_another_origin(&parts.headers, &authority) {
            return Err(Closed::AnotherOrigin);
        }
        if is_embedded(&parts.headers) {
            return Err(Closed::Embedded);
        }
    }
    Ok(authority)
}

/// Returns the authority from the header `Host`, or from the URI of the request (as in HTTP/2). If both have
/// an authority, the two must be equal.
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
    if authority.as_str().contains('@') {
        return Err(Closed::HostUnclear);
    }
    Ok(authority)
}

fn is_forwarded(headers: &HeaderMap) -> bool {
    FORWARDING.iter().any(|name| headers.contains_key(name))
        || (headers.keys()).any(|name| name.as_str().starts_with(FORWARDING_PREFIX))
}

/// Whether a script of another site sent the request. The browser adds the `Origin` of the site to such a
/// request. When the user opens the page, the browser does not add `Origin`.
///
/// Without this check, such a script could read the page if a permissive CORS layer is around the explorer.
fn names_another_origin(headers: &HeaderMap, authority: &Authority) -> bool {
    let is_own = |origin: &str| is_origin_of(origin, authority);
    let mut origins = headers.get_all(ORIGIN).iter();
    origins.any(|origin| !origin.to_str().is_ok_and(is_own))
}

/// Whether a page of another site loads the explorer, for example as an image. The browser does not add
/// `Origin` to such a request. A user who follows a link of another site opens the explorer in a tab, so this
/// request is not embedded (Fetch Metadata §2).
///
/// Without this check, any site could let the explorer decide all its cells again and again.
fn is_embedded(headers: &HeaderMap) -> bool {
    let is_own = |site: &HeaderValue| site == "same-origin" || site == "none";
    let is_only = |name: &HeaderName, expected: &str| {
        let values: Vec<_> = headers.get_all(name).iter().collect();
        matches!(*values, [value] if value == expected)
    };
    let opens_tab = is_only(&SEC_FETCH_MODE, "navigate") && is_only(&SEC_FETCH_DEST, "document");
    !headers.get_all(SEC_FETCH_SITE).iter().all(is_own) && !opens_tab
}

pub(super) fn is_loopback_authority(authority: &Authority) -> bool {
    Url::parse(&format!("http://{authority}/")).is_ok_and(|url| is_loopback(&url))
}
