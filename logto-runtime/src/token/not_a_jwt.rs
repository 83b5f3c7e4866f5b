//! [`NotAJwt`], the kinds of text that clients send instead of a JWT.
//!
//! Each kind has a rejection code, and a message for the program's log. A kind never contains bytes from the
//! client. At most, a kind contains a placeholder or an error code from the lists in this file.

use memchr::memmem;

use super::access_token::AccessToken;

/// The probable kind of a token that is not a JWT. The message of each kind ends with the fix.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum NotAJwt {
    /// 43 characters of base64url: an opaque access token of Logto, or a refresh token.
    #[error(
        "the token is an opaque token (from a token request without a resource) or a refresh \
         token; ask for an access token with `resource`"
    )]
    Opaque,
    /// A personal access token of Logto: `pat_…`.
    #[error("the token is a personal access token; exchange it for an access token first")]
    PersonalAccessToken,
    /// A subject token for impersonation: `sub_…`.
    #[error("the token is a subject token; exchange it for an access token first")]
    SubjectToken,
    /// A text such as `undefined`, from a variable that holds no token.
    #[error("the token is the text `{0}`; look where the client's variable gets its value")]
    Placeholder(&'static str),
    /// A template such as `$TOKEN`.
    #[error("the token is a template that was not filled in; put the access token in its place")]
    Template,
    /// The beginning of a JWT.
    #[error("the token is a JWT that was cut off; send all three segments")]
    Truncated,
    /// The word `Bearer`, alone or before a token.
    #[error(
        "the token begins with the word Bearer, which belongs in the header once, before the \
         token; pass the token without the word"
    )]
    RepeatedScheme,
    /// The error of a failed token request. The value is the error code, or `None` for a code that is not in
    /// [`ERRORS`].
    #[error(
        "the token request failed{}, and the client sent the error as the token; look at the \
         answer of the token endpoint",
        with_code(*.0)
    )]
    RequestFailed(Option<&'static str>),
    /// The whole response of the token endpoint.
    #[error("the token is a whole token response; send the value of its access_token")]
    Response,
    /// Text that begins with a quotation mark.
    #[error("the token is in quotation marks; send it without them")]
    Quoted,
    /// Any other text without a dot.
    #[error(
        "the token has no dot, so it is not a JWT, and it does not look like any other token of \
         Logto; send the access_token of the token response"
    )]
    WithoutDot,
    /// Any other text.
    #[error(
        "the token is not three segments of canonical base64url; compare it with the \
         access_token of the token response"
    )]
    Malformed,
}

/// The texts that programs print for a missing value, or for a value that is not a string.
const PLACEHOLDERS: [&str; 10] = [
    "undefined",
    "null",
    "None",
    "nil",
    "NaN",
    "(null)",
    "true",
    "false",
    "[object Object]",
    "[object Promise]",
];

/// The error codes that a client may send as the token:
///
/// - codes of token endpoints (RFC 6749 §5.2, RFC 8707 §2)
/// - codes of authorization endpoints (RFC 6749 §4.1.2.1), except `unsupported_response_type`
/// - `insufficient_scope` (RFC 6750 §3.1)
const ERRORS: [&str; 11] = [
    "access_denied",
    "insufficient_scope",
    "invalid_client",
    "invalid_grant",
    "invalid_request",
    "invalid_scope",
    "invalid_target",
    "server_error",
    "temporarily_unavailable",
    "unauthorized_client",
    "unsupported_grant_type",
];

/// The length of the opaque tokens and refresh tokens of Logto.
const OPAQUE_LENGTH: usize = 43;

impl NotAJwt {
    /// Guesses the kind of a token that can't be split or decoded as a JWT.
    pub(crate) fn of(token: AccessToken<'_>) -> Self {
        let text = token.as_bytes();
        let has_dot = text.contains(&b'.');
        if let Some(failed) = failed_request(text) {
            failed
        } else if let Some(word) = one_of(&PLACEHOLDERS, text) {
            Self::Placeholder(word)
        } else if text.starts_with(b"$") || text.starts_with(b"<") || text.starts_with(b"{{") {
            Self::Template
        } else if text.starts_with(b"{") && contains(text, "\"access_token\"") {
            Self::Response
        } else if text.starts_with(b"\"") || text.starts_with(b"'") {
            Self::Quoted
        } else if begins_with_scheme(text) {
            Self::RepeatedScheme
        } else if text.starts_with(b"pat_") && !has_dot {
            Self::PersonalAccessToken
        } else if text.starts_with(b"sub_") && !has_dot {
            Self::SubjectToken
        } else if is_truncated(text) {
            Self::Truncated
        } else if text.len() == OPAQUE_LENGTH && text.iter().all(is_base64url) {
            Self::Opaque
        } else if !has_dot {
            Self::WithoutDot
        } else {
            Self::Malformed
        }
    }
}

/// Returns [`NotAJwt::RequestFailed`] for these texts:
///
/// - a code in [`ERRORS`]
/// - `oidc.`, then any lower-case code
/// - a text that begins with `{` and contains `"error"`
fn failed_request(text: &[u8]) -> Option<NotAJwt> {
    if let Some(code) = text.strip_prefix(b"oidc.") {
        let is_code = |byte: &u8| byte.is_ascii_lowercase() || *byte == b'_';
        return (!code.is_empty() && code.iter().all(is_code))
            .then(|| NotAJwt::RequestFailed(one_of(&ERRORS, code)));
    }
    if text.starts_with(b"{") && contains(text, "\"error\"") {
        let known = |error: &&&str| contains(text, &format!("\"{error}\""));
        return Some(NotAJwt::RequestFailed(ERRORS.iter().find(known).copied()));
    }
    one_of(&ERRORS, text).map(|code| NotAJwt::RequestFailed(Some(code)))
}

fn one_of(words: &[&'static str], text: &[u8]) -> Option<&'static str> {
    words.iter().copied().find(|word| word.as_bytes() == text)
}

fn contains(text: &[u8], part: &str) -> bool {
    memmem::find(text, part.as_bytes()).is_some()
}

fn begins_with_scheme(text: &[u8]) -> bool {
    text.split_at_checked(6).is_some_and(|(scheme, rest)| {
        scheme.eq_ignore_ascii_case(b"Bearer") && matches!(rest, [] | [b' ', ..])
    })
}

/// Whether the text is the beginning of a JWT, without the signature. `eyJ` is `{"` in base64url.
fn is_truncated(text: &[u8]) -> bool {
    let mut segments = text.split(|byte| *byte == b'.');
    let parts = [(); 4].map(|()| segments.next());
    text.starts_with(b"eyJ")
        && text.iter().all(|byte| *byte == b'.' || is_base64url(byte))
        && match parts {
            [_, _, None, None] => true,
            [_, Some(claims), Some([]), None] => !claims.is_empty(),
            _ => false,
        }
}

fn is_base64url(byte: &u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_')
}

fn with_code(error: Option<&'static str>) -> String {
    error.map_or_else(String::new, |error| format!(" with `{error}`"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &[u8]) -> NotAJwt {
        NotAJwt::of(AccessToken::new(text))
    }

    #[test]
    fn texts_that_look_alike_get_the_right_kind() {
        use NotAJwt::*;
        let opaque = [b'o'; OPAQUE_LENGTH];
        for (text, expected) in [
            (&b""[..], WithoutDot),
            (b"\xff\xfe", WithoutDot),
            (b".", Malformed),
            (&opaque, Opaque),
            (&opaque[1..], WithoutDot),
            (b"undefined ", WithoutDot),
            (b"Undefined", WithoutDot),
            (b"oidc.", Malformed),
            (b"oidc.A", Malformed),
            (b"oidc.a_b", RequestFailed(None)),
            (b"invalid_grant", RequestFailed(Some("invalid_grant"))),
            (b"invalid_grants", WithoutDot),
            (b"{\"error\":7}", RequestFailed(None)),
            (b"{\"errors\":7}", WithoutDot),
            (b"{\"access_token\":\"a.b.c\"}", Response),
            (b"{ \"access_token\": \"a.b.c\" }", Response),
            (b"{{\"access_token\"}}", Template),
            (b"{access_token}", WithoutDot),
            (b"{{", Template),
            (b"$", Template),
            (b"pat_", PersonalAccessToken),
            (b"pat_a.b", Malformed),
            (b"pat", WithoutDot),
            (b"sub_", SubjectToken),
            (b"bearer", RepeatedScheme),
            (b"Bearer a.b.c", RepeatedScheme),
            (b"Bearera.b.c", Malformed),
            (b"eyJ", Truncated),
            (b"eyJ!", WithoutDot),
            (b"eyJ.", Truncated),
            (b"eyJ.a", Truncated),
            (b"eyJ.a.", Truncated),
            (b"eyJ..", Malformed),
            (b"eyJ.a.b", Malformed),
            (b"eyJ.a..", Malformed),
            (b"eyJ.a.b.c.d", Malformed),
        ] {
            assert_eq!(of(text), expected, "{}", text.escape_ascii());
        }
    }
}
