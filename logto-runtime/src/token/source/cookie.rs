//! Reads a token from a cookie (RFC 6265 §5.4).

use http::{HeaderMap, header::COOKIE};

use super::no_token::{Found, NoToken};
use crate::token::access_token::AccessToken;

/// Returns the value of the cookie with this name.
///
/// In HTTP/2, the cookies of a request can be in several headers (RFC 9113 §8.2.3). Two cookies with this
/// name are rejected, because a page on a sub-domain can set the second one, and the request does not show
/// who set which cookie. Quotes belong to the value, so the verifier rejects a quoted token.
pub(super) fn read<'h>(name: &str, headers: &'h HeaderMap) -> Found<'h> {
    let mut values = headers
        .get_all(COOKIE)
        .iter()
        .flat_map(|header| header.as_bytes().split(|byte| *byte == b';'))
        .filter_map(|pair| {
            let equals = pair.iter().position(|byte| *byte == b'=')?;
            let (found, value) = pair.split_at(equals);
            (found.trim_ascii() == name.as_bytes()).then(|| value[1..].trim_ascii())
        });
    let value = values.next()?;
    Some(match values.next() {
        None => Ok(AccessToken::new(value)),
        Some(_) => Err(NoToken::Several),
    })
}
