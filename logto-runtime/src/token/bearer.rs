//! The `Authorization` header: from its bytes to an access token.

use http::{HeaderMap, header::AUTHORIZATION};

use crate::token::access_token::AccessToken;

/// Why a request carries no access token that could be judged.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum BearerError {
    #[error("the request has more than one Authorization header")]
    Repeated,
    #[error("the request has no Authorization header")]
    Missing,
    #[error("the Authorization header has another scheme than Bearer, or no token after it")]
    NotBearer,
}

/// Takes the token from the only place it is read from, RFC 6750 §2.1. The scheme is
/// case-insensitive, and one space or more follows it (RFC 9110 §11.4).
#[inline]
pub(crate) fn access_token(headers: &HeaderMap) -> Result<AccessToken<'_>, BearerError> {
    let value = headers.get(AUTHORIZATION).ok_or(BearerError::Missing)?;
    // Mostly no header is repeated, which is cheaper to tell than that this one is not.
    let repeats_any = headers.len() > headers.keys_len();
    if repeats_any && headers.get_all(AUTHORIZATION).iter().nth(1).is_some() {
        return Err(BearerError::Repeated);
    }
    match value.as_bytes().split_first_chunk() {
        // As nearly every client writes it.
        Some((scheme, token))
            if scheme == b"Bearer " && token.first().is_some_and(|byte| *byte != b' ') =>
        {
            Ok(AccessToken::new(token))
        }
        _ => after_any_spelling_of_the_scheme(value.as_bytes()),
    }
}

#[cold]
fn after_any_spelling_of_the_scheme(value: &[u8]) -> Result<AccessToken<'_>, BearerError> {
    let (scheme, rest) = value.split_at_checked(6).ok_or(BearerError::NotBearer)?;
    if !scheme.eq_ignore_ascii_case(b"Bearer") || rest.first() != Some(&b' ') {
        return Err(BearerError::NotBearer);
    }
    match rest.iter().position(|byte| *byte != b' ') {
        Some(start) => Ok(AccessToken::new(&rest[start..])),
        None => Err(BearerError::NotBearer),
    }
}

#[cfg(test)]
mod tests {
    use http::{HeaderValue, header::ACCEPT};

    use super::*;

    /// Whether another header is repeated makes no difference.
    fn read(values: &[&[u8]]) -> Result<Vec<u8>, BearerError> {
        let mut headers = HeaderMap::new();
        for value in values {
            headers.append(AUTHORIZATION, HeaderValue::from_bytes(value).unwrap());
        }
        let token =
            |headers: &HeaderMap| access_token(headers).map(|token| token.as_bytes().to_vec());
        let alone = token(&headers);
        headers.append(ACCEPT, HeaderValue::from_static("text/html"));
        headers.append(ACCEPT, HeaderValue::from_static("text/plain"));
        assert_eq!(token(&headers), alone);
        alone
    }

    #[test]
    fn the_header_is_read_as_the_rfcs_say() {
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
