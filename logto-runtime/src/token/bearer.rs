//! Reads the access token from the `Authorization` header.

use http::{HeaderMap, header::AUTHORIZATION};

use super::access_token::AccessToken;

/// Why an access token could not be read from a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum BearerError {
    /// The request has more than one `Authorization` header.
    #[error("the request has more than one Authorization header")]
    Repeated,
    /// The request has no `Authorization` header.
    #[error("the request has no Authorization header")]
    Missing,
    /// The value does not consist of `Bearer`, at least one space, and a token.
    #[error("the Authorization header has another scheme than Bearer, or no token after it")]
    NotBearer,
}

/// Returns the access token in the `Authorization` header (RFC 6750 §2.1).
///
/// The token is not read from the query or a form. The scheme is case-insensitive (RFC 9110 §11.1). At least
/// one space must follow it (RFC 9110 §11.4).
pub(crate) fn access_token(headers: &HeaderMap) -> Result<AccessToken<'_>, BearerError> {
    let value = headers.get(AUTHORIZATION).ok_or(BearerError::Missing)?;
    // Comparing two lengths is faster than looking for a second value on every request.
    let some_header_is_repeated = headers.len() > headers.keys_len();
    if some_header_is_repeated && headers.get_all(AUTHORIZATION).iter().nth(1).is_some() {
        return Err(BearerError::Repeated);
    }
    let (scheme, rest) = value
        .as_bytes()
        .split_at_checked(6)
        .ok_or(BearerError::NotBearer)?;
    // Nearly every client writes `Bearer`, so this spelling is compared first.
    let is_bearer = scheme == b"Bearer" || scheme.eq_ignore_ascii_case(b"Bearer");
    if !is_bearer || rest.first() != Some(&b' ') {
        return Err(BearerError::NotBearer);
    }
    match rest.iter().position(|byte| *byte != b' ') {
        Some(start) => Ok(AccessToken::new(&rest[start..])),
        None => Err(BearerError::NotBearer),
    }
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    fn read(values: &[&[u8]]) -> Result<Vec<u8>, BearerError> {
        let mut headers = HeaderMap::new();
        for value in values {
            headers.append(AUTHORIZATION, HeaderValue::from_bytes(value).unwrap());
        }
        access_token(&headers).map(|token| token.as_bytes().to_vec())
    }

    #[test]
    fn a_repeated_header_is_rejected_only_if_it_is_authorization() {
        for (others, values, expected) in [
            (1, 1, Ok(())),
            (2, 1, Ok(())),
            (0, 2, Err(BearerError::Repeated)),
            (1, 2, Err(BearerError::Repeated)),
            (2, 2, Err(BearerError::Repeated)),
            (2, 0, Err(BearerError::Missing)),
        ] {
            let mut headers = HeaderMap::new();
            for _ in 0..others {
                headers.append("cookie", HeaderValue::from_static("a=b"));
            }
            for _ in 0..values {
                headers.append(AUTHORIZATION, HeaderValue::from_static("Bearer a.b.c"));
            }
            let read = access_token(&headers).map(drop);
            assert_eq!(read, expected, "{others} {values}");
        }
    }

    #[test]
    fn the_header_is_read_as_rfc_6750_and_rfc_9110_require() {
        use BearerError::{Missing, NotBearer, Repeated};
        type Case = (&'static [&'static [u8]], Result<&'static [u8], BearerError>);
        let cases: [Case; 17] = [
            (&[], Err(Missing)),
            (&[b"Bearer a.b.c"], Ok(b"a.b.c")),
            (&[b"bearer a.b.c"], Ok(b"a.b.c")),
            (&[b"BEARER    a.b.c"], Ok(b"a.b.c")),
            (&[b"Bearer   a.b.c"], Ok(b"a.b.c")),
            (&[b"Bearer a b"], Ok(b"a b")),
            (&[b"Bearer \xff"], Ok(b"\xff")),
            (&[b""], Err(NotBearer)),
            (&[b"Bearer"], Err(NotBearer)),
            (&[b"Bearer "], Err(NotBearer)),
            (&[b"Bearer    "], Err(NotBearer)),
            (&[b"Bearer\ta.b.c"], Err(NotBearer)),
            (&[b"Bearera.b.c"], Err(NotBearer)),
            (&[b"Basic dTpw"], Err(NotBearer)),
            (&[b" Bearer a.b.c"], Err(NotBearer)),
            (&[b"Bearer a.b.c", b"Bearer a.b.c"], Err(Repeated)),
            (&[b"Basic dTpw", b"Bearer a.b.c"], Err(Repeated)),
        ];
        for (values, expected) in cases {
            assert_eq!(read(values), expected.map(<[u8]>::to_vec), "{values:?}");
        }
    }
}
