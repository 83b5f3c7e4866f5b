//! Reads a token from the subprotocols of a WebSocket handshake (RFC 6455 §11.3.4).

use http::{HeaderMap, header::SEC_WEBSOCKET_PROTOCOL};

use super::no_token::{Found, NoToken};
use crate::token::access_token::AccessToken;

/// The subprotocol before the token. It is case-sensitive, because handlers and browsers compare protocols
/// byte for byte.
const BEARER: &[u8] = b"bearer";

/// Returns the token: the protocol after `bearer`. A request may list its protocols in several headers.
pub(super) fn read(headers: &HeaderMap) -> Found<'_> {
    let mut offered = headers
        .get_all(SEC_WEBSOCKET_PROTOCOL)
        .iter()
        .flat_map(|header| header.as_bytes().split(|byte| *byte == b','))
        .map(<[u8]>::trim_ascii)
        .filter(|protocol| !protocol.is_empty());
    // Ignores case, so that `Bearer` is rejected below. Otherwise the request would seem to have no token.
    let is_bearer = |protocol: &&[u8]| protocol.eq_ignore_ascii_case(BEARER);
    let named = offered.by_ref().find(is_bearer)?;
    let token = offered.next();
    if token.as_ref().is_some_and(is_bearer) || offered.any(|protocol| is_bearer(&protocol)) {
        return Some(Err(NoToken::Several));
    }
    let usable = token.filter(|_| named == BEARER);
    Some(
        usable
            .map(AccessToken::new)
            .ok_or(NoToken::NotBearerProtocol),
    )
}
