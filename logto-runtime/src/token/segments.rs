//! The three segments of a token in JWS compact serialization (RFC 7515 §3.1).

use super::{access_token::AccessToken, base64url};

/// The length of the longest supported signature, in bytes. An RSA key of 8192 bits makes such a signature.
const SIGNATURE_BYTES: usize = 1024;

/// The three undecoded segments of a token that is not too long.
#[derive(Clone, Copy)]
pub(crate) struct Segments<'a> {
    header: &'a [u8],
    claims: &'a [u8],
    signature: &'a [u8],
    signing_input: &'a [u8],
}

/// Why a token could not be split or decoded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum SegmentsError {
    /// The token is longer than the limit.
    Oversized,
    /// The token does not have three non-empty segments of canonical base64url, or its signature is too long.
    Malformed,
}

/// The decoded segments, in one buffer.
pub(crate) struct Decoded {
    bytes: Vec<u8>,
    claims_at: usize,
    signature_at: usize,
}

impl<'a> Segments<'a> {
    /// Splits a token of at most `max_bytes` at its two dots.
    pub(crate) fn split(token: AccessToken<'a>, max_bytes: usize) -> Result<Self, SegmentsError> {
        let token = token.as_bytes();
        if token.len() > max_bytes {
            return Err(SegmentsError::Oversized);
        }
        let mut dots = memchr::memchr_iter(b'.', token);
        let (Some(first), Some(second), None) = (dots.next(), dots.next(), dots.next()) else {
            return Err(SegmentsError::Malformed);
        };
        let segments = Self {
            header: &token[..first],
            claims: &token[first + 1..second],
            signature: &token[second + 1..],
            signing_input: &token[..second],
        };
        if [segments.header, segments.claims, segments.signature].contains(&&[][..]) {
            return Err(SegmentsError::Malformed);
        }
        Ok(segments)
    }

    /// Decodes all three segments.
    pub(crate) fn decode(self) -> Result<Decoded, SegmentsError> {
        let longest = |segment: &[u8]| segment.len().div_ceil(4) * 3;
        let Self {
            header,
            claims,
            signature,
            ..
        } = self;
        let mut bytes = vec![0; longest(header) + longest(claims) + longest(signature)];
        let mut at = 0;
        let mut append = |segment| {
            let free = bytes.get_mut(at..).ok_or(SegmentsError::Malformed)?;
            let decoded = base64url::decode_into(segment, free).ok_or(SegmentsError::Malformed)?;
            at += decoded.len();
            Ok(at)
        };
        let claims_at = append(header)?;
        let signature_at = append(claims)?;
        let end = append(signature)?;
        if end - signature_at > SIGNATURE_BYTES {
            return Err(SegmentsError::Malformed);
        }
        bytes.truncate(end);
        Ok(Decoded {
            bytes,
            claims_at,
            signature_at,
        })
    }

    /// Returns the signed bytes: the first two segments as received (RFC 7515 §5.2, step 8).
    pub(crate) fn signing_input(self) -> &'a [u8] {
        self.signing_input
    }
}

impl Decoded {
    pub(crate) fn header(&self) -> &[u8] {
        &self.bytes[..self.claims_at]
    }

    pub(crate) fn claims(&self) -> &[u8] {
        &self.bytes[self.claims_at..self.signature_at]
    }

    pub(crate) fn signature(&self) -> &[u8] {
        &self.bytes[self.signature_at..]
    }
}

/// Returns the claims of a verified token as JSON.
pub(crate) fn claims_json(token: &[u8]) -> Option<Vec<u8>> {
    token
        .split(|byte| *byte == b'.')
        .nth(1)
        .and_then(base64url::decode)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rejection(token: &str) -> Option<SegmentsError> {
        Segments::split(AccessToken::new(token.as_bytes()), 20)
            .and_then(Segments::decode)
            .err()
    }

    #[test]
    fn a_token_is_three_non_empty_canonical_segments() {
        use SegmentsError::{Malformed, Oversized};
        for (token, expected) in [
            ("YQ.YQ.YQ", None),
            ("", Some(Malformed)),
            ("YQ", Some(Malformed)),
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
            assert_eq!(rejection(token), expected, "{token:?}");
        }
    }

    #[test]
    fn each_segment_decodes_by_itself() {
        for (token, header, claims, signature) in [
            ("YQ.YmM.ZGVm", "a", "bc", "def"),
            ("YWJj.ZGU.Zg", "abc", "de", "f"),
            ("YWJjZA.ZQ.ZmdoaQ", "abcd", "e", "fghi"),
        ] {
            let segments = Segments::split(AccessToken::new(token.as_bytes()), 20).unwrap();
            let decoded = segments.decode().unwrap();
            assert_eq!(decoded.header(), header.as_bytes());
            assert_eq!(decoded.claims(), claims.as_bytes());
            assert_eq!(decoded.signature(), signature.as_bytes());
        }
    }

    #[test]
    fn a_signature_that_is_too_long_is_malformed() {
        for (bytes, expected) in [
            (SIGNATURE_BYTES, None),
            (SIGNATURE_BYTES + 1, Some(SegmentsError::Malformed)),
        ] {
            let digits = "A".repeat((bytes * 8).div_ceil(6));
            let token = format!("YQ.YQ.{digits}");
            let segments = Segments::split(AccessToken::new(token.as_bytes()), token.len());
            assert_eq!(segments.unwrap().decode().err(), expected, "{bytes}");
        }
    }

    #[test]
    fn the_signing_input_is_the_first_two_segments_and_the_claims_are_the_second() {
        let segments = Segments::split(AccessToken::new(b"YQ.Yg.Yw"), 20).unwrap();
        assert_eq!(segments.signing_input(), b"YQ.Yg");
        assert_eq!(claims_json(b"YQ.Yg.Yw").as_deref(), Some(&b"b"[..]));
    }
}
