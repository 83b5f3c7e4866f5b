//! Decides from the method and the headers of a request whether a token in a cookie is accepted.
//!
//! Browsers attach cookies to requests that other sites cause. `Origin` (RFC 6454 §7) and the headers of
//! Fetch Metadata show where a request comes from. Scripts can't set these headers.
//!
//! For requests that only read, [`accepts`] is stricter than the resource isolation policy of Fetch Metadata.
//! It refuses a request with neither `Sec-Fetch-Site` nor a listed `Origin`. It treats another origin of the
//! same site like another site.

use http::{
    HeaderMap, HeaderName, Method,
    header::{ORIGIN, SEC_WEBSOCKET_KEY, SEC_WEBSOCKET_PROTOCOL, SEC_WEBSOCKET_VERSION, UPGRADE},
};

use super::settings::Origins;

const SITE: HeaderName = HeaderName::from_static("sec-fetch-site");
const MODE: HeaderName = HeaderName::from_static("sec-fetch-mode");
const DESTINATION: HeaderName = HeaderName::from_static("sec-fetch-dest");

/// Returns whether to accept the request. A request is accepted in two cases:
///
/// - It comes from an accepted origin.
/// - It only reads, has no `Origin`, and either opens a page, comes from the origin of this API, or comes
///   directly from the user.
///
/// A request with a repeated `Origin` or `Sec-Fetch-Site` is always refused.
pub(super) fn accepts(accepted: &Origins, method: &Method, headers: &HeaderMap) -> bool {
    let (Ok(site), Ok(origin)) = (single(headers, &SITE), single(headers, &ORIGIN)) else {
        return false;
    };
    match (accepted, origin) {
        (Origins::SameOrigin, _) if site == Some(b"same-origin") => return true,
        (Origins::Listed(listed), Some(origin)) => {
            return listed.iter().any(|known| known.as_bytes() == origin);
        }
        _ => {}
    }
    // Here, the headers do not show an accepted origin. So a request with an `Origin` is refused.
    origin.is_none()
        && only_reads(method, headers)
        && match site {
            Some(b"same-origin" | b"none") => true,
            Some(b"same-site" | b"cross-site") => opens_a_page(headers),
            // The value is unknown, or the header is missing. Some browsers older than 2023, and clients such
            // as curl, do not send the header. Such a request does not show where it comes from.
            Some(_) | None => false,
        }
}

/// Returns whether the request only reads. Two conditions must hold:
///
/// - The method is `GET`, `HEAD` or `OPTIONS`. These methods are safe (RFC 9110 §9.2.1).
/// - The request has no header of a WebSocket handshake. In HTTP/1.1, a handshake is a `GET`, but messages on
///   the WebSocket can change something.
fn only_reads(method: &Method, headers: &HeaderMap) -> bool {
    let upgrades = [
        UPGRADE,
        SEC_WEBSOCKET_KEY,
        SEC_WEBSOCKET_PROTOCOL,
        SEC_WEBSOCKET_VERSION,
    ];
    matches!(*method, Method::GET | Method::HEAD | Method::OPTIONS)
        && !upgrades.iter().any(|name| headers.contains_key(name))
}

/// Returns whether the request opens a page in a tab, as a link does, and not in a frame. The site with the
/// link can't read the response.
fn opens_a_page(headers: &HeaderMap) -> bool {
    single(headers, &MODE) == Ok(Some(b"navigate"))
        && single(headers, &DESTINATION) == Ok(Some(b"document"))
}

/// Returns the value of a header that must not be repeated.
fn single<'h>(headers: &'h HeaderMap, name: &HeaderName) -> Result<Option<&'h [u8]>, Repeated> {
    let mut values = headers.get_all(name).iter();
    let first = values.next();
    match values.next() {
        Some(_) => Err(Repeated),
        None => Ok(first.map(http::HeaderValue::as_bytes)),
    }
}

#[derive(PartialEq, Eq)]
struct Repeated;
