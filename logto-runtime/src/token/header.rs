//! The header of a token (RFC 7515 §4), which names the key, the algorithm and the type.

use std::borrow::Cow;

use serde::de::MapAccess;

use super::{
    algorithm::{Algorithm, AlgorithmSet},
    json::{self, Member, Object, Text},
};

/// The header of an access token with an allowed algorithm and a `kid`.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Header<'a> {
    pub(crate) algorithm: Algorithm,
    pub(crate) key_id: Cow<'a, str>,
}

/// Why a header is rejected.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum HeaderError {
    /// The header is not a JSON object, a member appears twice, or a member has the wrong type.
    #[error("the header is not a JSON object with unique members of the right types")]
    Malformed,
    /// The header has a `crit` member (RFC 7515 §4.1.11).
    #[error("the header has a crit member, and this verifier does not support any extension")]
    Critical,
    /// The header has no `alg`.
    #[error("the header has no alg")]
    AlgorithmMissing,
    /// The `alg` is unknown, or is not among the allowed algorithms (RFC 8725 §3.1).
    #[error("the header's alg is not on the allow-list")]
    AlgorithmNotAllowed,
    /// The header has no `typ`, as in an ID token from Logto.
    #[error("the header has no typ, as in an ID token; send an access token, whose typ is at+jwt")]
    TypeMissing,
    /// The `typ` is `JWT`, as in an ID token from some versions of Logto.
    #[error(
        "the header's typ is JWT, as in some ID tokens; send an access token, whose typ is at+jwt"
    )]
    TypeJwt,
    /// The `typ` is not `at+jwt`, `application/at+jwt` (RFC 9068 §4) or `JWT`.
    #[error("the header's typ is not at+jwt")]
    TypeNotAccessToken,
    /// The header has no `kid`, or an empty one.
    #[error("the header has no kid")]
    KeyIdMissing,
}

impl<'a> Header<'a> {
    /// Reads a decoded header and checks its `crit`, `alg`, `typ` and `kid`.
    pub(crate) fn parse(json: &'a [u8], allowed: AlgorithmSet) -> Result<Self, HeaderError> {
        let text = str::from_utf8(json).map_err(|_| HeaderError::Malformed)?;
        let mut deserializer = serde_json::Deserializer::from_str(text);
        let raw: RawHeader<'a> = json::object(RawHeader::default(), &mut deserializer)
            .map_err(|_| HeaderError::Malformed)?;
        deserializer.end().map_err(|_| HeaderError::Malformed)?;
        no_critical_extension(&raw)?;
        let algorithm = allowed_algorithm(&raw, allowed)?;
        access_token_type(&raw)?;
        let key_id = key_id(raw)?;
        Ok(Self { algorithm, key_id })
    }
}

/// Rejects a header with `crit`, because this verifier does not support any extension. A verifier must
/// support every extension that `crit` lists (RFC 7515 §4.1.11).
fn no_critical_extension(raw: &RawHeader<'_>) -> Result<(), HeaderError> {
    if raw.critical {
        return Err(HeaderError::Critical);
    }
    Ok(())
}

/// Returns the algorithm, if the verifier allows it. The verifier, not the token, decides which algorithms
/// are allowed (RFC 8725 §3.1).
fn allowed_algorithm(raw: &RawHeader<'_>, allowed: AlgorithmSet) -> Result<Algorithm, HeaderError> {
    let Some(Text(name)) = &raw.algorithm else {
        return Err(HeaderError::AlgorithmMissing);
    };
    Algorithm::from_name(name)
        .filter(|algorithm| allowed.contains(*algorithm))
        .ok_or(HeaderError::AlgorithmNotAllowed)
}

/// Checks that `typ` is `at+jwt` or `application/at+jwt` (RFC 9068 §4). Case does not matter (RFC 7515
/// §4.1.9). This check rejects ID tokens, which Logto signs with the same key.
fn access_token_type(raw: &RawHeader<'_>) -> Result<(), HeaderError> {
    let Some(Text(media_type)) = &raw.media_type else {
        return Err(HeaderError::TypeMissing);
    };
    if media_type.eq_ignore_ascii_case("at+jwt")
        || media_type.eq_ignore_ascii_case("application/at+jwt")
    {
        return Ok(());
    }
    if media_type.eq_ignore_ascii_case("JWT") {
        return Err(HeaderError::TypeJwt);
    }
    Err(HeaderError::TypeNotAccessToken)
}

/// Returns the `kid`, which identifies the signing key (RFC 7515 §4.1.4). Tokens from Logto always have one.
fn key_id<'a>(raw: RawHeader<'a>) -> Result<Cow<'a, str>, HeaderError> {
    match raw.key_id {
        Some(Text(key_id)) if !key_id.is_empty() => Ok(key_id),
        _ => Err(HeaderError::KeyIdMissing),
    }
}

/// The members of a header that have been read so far.
#[derive(Default)]
struct RawHeader<'a> {
    algorithm: Option<Text<'a>>,
    media_type: Option<Text<'a>>,
    key_id: Option<Text<'a>>,
    critical: bool,
}

impl<'de> Object<'de> for RawHeader<'de> {
    const EXPECTED: &'static str = "a header object";

    fn member<A: MapAccess<'de>>(&mut self, name: &str, value: &mut A) -> Result<Member, A::Error> {
        match name {
            "alg" => json::read(&mut self.algorithm, value),
            "typ" => json::read(&mut self.media_type, value),
            "kid" => json::read(&mut self.key_id, value),
            "crit" => {
                self.critical = true;
                Ok(Member::Other)
            }
            _ => Ok(Member::Other),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{HeaderError::*, *};

    fn parse(json: &str) -> Result<(Algorithm, String), HeaderError> {
        Header::parse(json.as_bytes(), Algorithm::ALL.into_iter().collect())
            .map(|header| (header.algorithm, header.key_id.into_owned()))
    }

    #[test]
    fn the_header_of_an_access_token_is_accepted() {
        let header = r#"{"alg":"ES384","typ":"at+jwt","kid":"k1"}"#;
        assert_eq!(parse(header), Ok((Algorithm::ES384, "k1".to_owned())));
        let other_members = r#"{"kid":"k\u0031","x5t":"a","jwk":{"kty":"EC"},"typ":"application/AT+JWT","alg":"EdDSA"}"#;
        assert_eq!(
            parse(other_members),
            Ok((Algorithm::EdDSA, "k1".to_owned()))
        );
    }

    #[test]
    fn absent_ill_typed_and_wrong_members_are_rejected() {
        let cases = [
            (r#"{"typ":"at+jwt","kid":"k"}"#, AlgorithmMissing),
            (r#"{"alg":null,"typ":"at+jwt","kid":"k"}"#, Malformed),
            (r#"{"alg":384,"typ":"at+jwt","kid":"k"}"#, Malformed),
            (
                r#"{"alg":"none","typ":"at+jwt","kid":"k"}"#,
                AlgorithmNotAllowed,
            ),
            (
                r#"{"alg":"NONE","typ":"at+jwt","kid":"k"}"#,
                AlgorithmNotAllowed,
            ),
            (
                r#"{"alg":"HS256","typ":"at+jwt","kid":"k"}"#,
                AlgorithmNotAllowed,
            ),
            (
                r#"{"alg":"es384","typ":"at+jwt","kid":"k"}"#,
                AlgorithmNotAllowed,
            ),
            (r#"{"alg":"ES384","kid":"k"}"#, TypeMissing),
            (r#"{"alg":"ES384","typ":null,"kid":"k"}"#, Malformed),
            (r#"{"alg":"ES384","typ":["at+jwt"],"kid":"k"}"#, Malformed),
            (r#"{"alg":"ES384","typ":"JWT","kid":"k"}"#, TypeJwt),
            (r#"{"alg":"ES384","typ":"","kid":"k"}"#, TypeNotAccessToken),
            (
                r#"{"alg":"ES384","typ":"logout+jwt","kid":"k"}"#,
                TypeNotAccessToken,
            ),
            (r#"{"alg":"ES384","typ":"at+jwt"}"#, KeyIdMissing),
            (r#"{"alg":"ES384","typ":"at+jwt","kid":""}"#, KeyIdMissing),
            (r#"{"alg":"ES384","typ":"at+jwt","kid":7}"#, Malformed),
            (
                r#"{"alg":"ES384","typ":"at+jwt","kid":"k","crit":["exp"]}"#,
                Critical,
            ),
            (
                r#"{"alg":"ES384","typ":"at+jwt","kid":"k","crit":[]}"#,
                Critical,
            ),
            (
                r#"{"alg":"ES384","typ":"at+jwt","kid":"k","crit":null}"#,
                Critical,
            ),
            (
                r#"{"alg":"ES384","alg":"ES384","typ":"at+jwt","kid":"k"}"#,
                Malformed,
            ),
            (
                r#"{"alg":"ES384","typ":"at+jwt","kid":"k","x":1,"x":1}"#,
                Malformed,
            ),
            (r#"{"alg":"ES384","typ":"at+jwt","kid":"k"} "x""#, Malformed),
            (r#"["ES384","at+jwt","k"]"#, Malformed),
            (r#""ES384""#, Malformed),
            ("", Malformed),
            ("{", Malformed),
        ];
        for (json, expected) in cases {
            assert_eq!(parse(json), Err(expected), "{json}");
        }
    }

    #[test]
    fn an_algorithm_that_is_not_allowed_is_rejected() {
        let header = br#"{"alg":"RS256","typ":"at+jwt","kid":"k"}"#;
        let only_es384 = [Algorithm::ES384].into_iter().collect();
        assert_eq!(Header::parse(header, only_es384), Err(AlgorithmNotAllowed));
    }
}
