//! Decodes base64url without padding (RFC 7515 §2). Accepts only the canonical form.

use base64::{
    DecodeSliceError, Engine,
    engine::{general_purpose::NO_PAD, simd::Simd},
};
use once_cell::sync::Lazy;

/// The decoder, which detects the SIMD instructions of the CPU once.
///
/// It rejects padding, non-zero trailing bits, and characters that are not in the alphabet of base64url. So
/// each value has exactly one spelling.
static ENGINE: Lazy<Simd> = Lazy::new(|| Simd::url_safe(NO_PAD));

/// Decodes a segment. Returns `None` if the segment is not canonical.
pub(crate) fn decode(segment: &[u8]) -> Option<Vec<u8>> {
    ENGINE.decode(segment).ok()
}

/// Decodes a segment into `buffer`. Returns `None` if the segment is not canonical or does not fit.
pub(crate) fn decode_into<'b>(segment: &[u8], buffer: &'b mut [u8]) -> Option<&'b [u8]> {
    match ENGINE.decode_slice(segment, buffer) {
        Ok(length) => buffer.get(..length),
        Err(DecodeSliceError::DecodeError(_) | DecodeSliceError::OutputSliceTooSmall) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_canonical_spelling_decodes() {
        for (text, expected) in [
            ("", Some(&b""[..])),
            ("YQ", Some(b"a")),
            ("-_-_", Some(b"\xfb\xff\xbf")),
            ("YR", None),
            ("YQ==", None),
            ("YQ=", None),
            ("Y", None),
            ("Y Q", None),
            ("YQ\n", None),
            ("+/+/", None),
            ("YQ\0", None),
            ("YQé", None),
        ] {
            assert_eq!(decode(text.as_bytes()).as_deref(), expected, "{text:?}");
            let mut buffer = [0; 8];
            assert_eq!(
                decode_into(text.as_bytes(), &mut buffer),
                expected,
                "{text:?}"
            );
        }
    }

    #[test]
    fn long_input_is_checked_at_every_position() {
        let text = [b'A'; 200];
        assert_eq!(decode(&text).unwrap(), [0; 150]);
        for position in 0..text.len() {
            for stray in *b"+/= \n\0\x80" {
                let mut text = text;
                text[position] = stray;
                assert_eq!(decode(&text), None, "{stray:#x} at {position}");
            }
        }
    }

    #[test]
    fn input_that_does_not_fit_the_buffer_is_rejected() {
        assert_eq!(decode_into(b"AAAAAAAA", &mut [0; 5]), None);
        assert_eq!(decode_into(b"AAAAAAAA", &mut [0; 6]), Some(&[0; 6][..]));
    }
}
