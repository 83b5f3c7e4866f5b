//! The three segments of a token in compact serialisation (RFC 7515 §3.1).

use super::error::VerifyError;
use crate::{access_token::AccessToken, base64url};

/// The longest signature there is: RSA with 8192 bits.
const SIGNATURE_BYTES: usize = 1024;

/// A token that has the outer shape of one: neither too long nor of other than three parts.
#[derive(Clone, Copy)]
pub(super) struct Segments<'a> {
    header: &'a [u8],
    claims: &'a [u8],
    signature: &'a [u8],
    signing_input: &'a [u8],
}

pub(super) fn signature_buffer() -> [u8; SIGNATURE_BYTES] {
    [0; SIGNATURE_BYTES]
}

impl<'a> Segments<'a> {
    /// Splits at the two dots.
    pub(super) fn split(token: AccessToken<'a>, max_bytes: usize) -> Result<Self, VerifyError> {
        let token = token.as_bytes();
        if token.len() > max_bytes {
            return Err(VerifyError::Oversized);
        }
        let mut dots = memchr::memchr_iter(b'.', token);
        let Some(first) = dots.next() else {
            return Err(VerifyError::Opaque);
        };
        let (Some(second), None) = (dots.next(), dots.next()) else {
            return Err(VerifyError::Malformed);
        };
        let segments = Self {
            header: &token[..first],
            claims: &token[first + 1..second],
            signature: &token[second + 1..],
            signing_input: &token[..second],
        };
        if [segments.header, segments.claims, segments.signature].contains(&&[][..]) {
            return Err(VerifyError::Malformed);
        }
        Ok(segments)
    }

    pub(super) fn header(self) -> Result<Vec<u8>, VerifyError> {
        base64url::decode(self.header).ok_or(VerifyError::Malformed)
    }

    pub(super) fn claims(self) -> Result<Vec<u8>, VerifyError> {
        base64url::decode(self.claims).ok_or(VerifyError::Malformed)
    }

    pub(super) fn signature(self, buffer: &mut [u8]) -> Result<&[u8], VerifyError> {
        base64url::decode_into(self.signature, buffer).ok_or(VerifyError::Malformed)
    }

    /// What was signed: the first two segments as received (RFC 7515 §5.2, step 8).
    pub(super) fn signing_input(self) -> &'a [u8] {
        self.signing_input
    }
}

/// The claims' JSON of a token that verified before.
pub(crate) fn claims_json(token: &[u8]) -> Option<Vec<u8>> {
    token
        .split(|byte| *byte == b'.')
        .nth(1)
        .and_then(base64url::decode)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(token: &str) -> Option<VerifyError> {
        Segments::split(AccessToken::new(token.as_bytes()), 20)
            .and_then(|segments| {
                segments.header()?;
                segments.claims()?;
                segments.signature(&mut signature_buffer()).map(|_| ())
            })
            .err()
    }

    #[test]
    fn a_token_is_three_non_empty_canonical_segments() {
        use VerifyError::{Malformed, Opaque, Oversized};
        for (token, expected) in [
            ("YQ.YQ.YQ", None),
            ("", Some(Opaque)),
            ("YQ", Some(Opaque)),
            ("YQ.YQ", Some(Malformed)),
            ("YQ.YQ.YQ.YQ", Some(Malformed)),
            ("YQ.YQ.YQ.YQ.YQ", Some(Malformed)),
            (".YQ.YQ", Some(Malformed)),
            ("YQ..YQ", Some(Malformed)),
            ("YQ.YQ.", Some(Malformed)),
            ("..", Some(Malformed)),
            ("YQ=.YQ.YQ", Some(Malformed)),
            ("YQ.YR.YQ", Some(Malformed)),
            ("YQ.YQ.Y", Some(Malformed)),
            ("YQ.YQ.YQ ", Some(Malformed)),
            ("Y\0.YQ.YQ", Some(Malformed)),
            ("YQ.YQ.YQYQYQYQYQYQYQ", None),
            ("YQ.YQ.YQYQYQYQYQYQYQY", Some(Oversized)),
        ] {
            assert_eq!(refusal(token), expected, "{token:?}");
        }
    }

    #[test]
    fn the_signing_input_is_the_first_two_segments_as_received() {
        let segments = Segments::split(AccessToken::new(b"YQ.Yg.Yw"), 20).unwrap();
        assert_eq!(segments.signing_input(), b"YQ.Yg");
        assert_eq!(claims_json(b"YQ.Yg.Yw").as_deref(), Some(&b"b"[..]));
    }
}
