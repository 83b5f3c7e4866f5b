//! `WWW-Authenticate` challenges (RFC 6750 §3).

use http::HeaderValue;

use super::{Rejection, table::Answer};
use crate::policy::requirement::Requirement;

impl Rejection {
    /// Returns the `WWW-Authenticate` challenge (RFC 6750 §3), or `None` if the status is 500 or 503.
    #[must_use]
    pub fn challenge(&self) -> Option<HeaderValue> {
        let challenge = self.own_challenge()?;
        Some(match &self.0.metadata_url {
            Some(url) => with_metadata(&challenge, url),
            None => challenge,
        })
    }

    fn own_challenge(&self) -> Option<HeaderValue> {
        match self.0.answer {
            Answer::NoHeader | Answer::NoToken => {
                let scopes = self.0.first.map(Requirement::scope_names);
                Some(first(&scopes.unwrap_or_default()))
            }
            Answer::NotBearer | Answer::NotBearerProtocol => Some(bare()),
            // Does not send the code `insufficient_scope`, which makes some clients ask the user to sign in
            // again, for more scopes.
            Answer::Denied | Answer::CrossSite => Some(bare()),
            Answer::RepeatedHeader | Answer::SeveralTokens => Some(error("invalid_request")),
            Answer::InvalidToken | Answer::InvalidAudience | Answer::OrganizationMissing => {
                Some(error("invalid_token"))
            }
            Answer::Expired => Some(expired()),
            Answer::Revoked(_) => Some(revoked()),
            Answer::OrganizationNotAccepted
            | Answer::OrganizationMismatch
            | Answer::SubjectNotAccepted
            | Answer::SubjectMismatch
            | Answer::ClientNotAccepted => Some(error("insufficient_scope")),
            Answer::InsufficientScope => {
                let scopes = self.0.requirement.map(Requirement::scope_names);
                Some(insufficient_scope(&scopes.unwrap_or_default()))
            }
            Answer::Unavailable(_) | Answer::Misconfigured => None,
        }
    }
}

/// Returns a challenge without scopes and without an error code (RFC 6750 §3.1).
fn bare() -> HeaderValue {
    HeaderValue::from_static("Bearer")
}

/// Returns the challenge for a request without credentials. The challenge has no error code (RFC 6750 §3.1).
/// It lists the scopes to ask for, if they can be quoted.
fn first(scopes: &[&str]) -> HeaderValue {
    match quoted(scopes) {
        Some(scopes) => from_parts(&format!("Bearer scope={scopes}")),
        None => bare(),
    }
}

/// Returns a challenge with an error code.
fn error(code: &'static str) -> HeaderValue {
    from_parts(&format!("Bearer error=\"{code}\""))
}

/// Returns the challenge for an expired token.
fn expired() -> HeaderValue {
    HeaderValue::from_static(
        "Bearer error=\"invalid_token\", error_description=\"The access token expired\"",
    )
}

/// Returns the challenge for a revoked token, and for the reason `VerifyError::OlderThanRevocations`.
fn revoked() -> HeaderValue {
    HeaderValue::from_static(
        "Bearer error=\"invalid_token\", error_description=\"The access token was revoked\"",
    )
}

/// Returns the challenge for a token that lacks some of these scopes. The challenge lists all of these
/// scopes, if they can be quoted.
fn insufficient_scope(scopes: &[&str]) -> HeaderValue {
    match quoted(scopes) {
        Some(scopes) => from_parts(&format!(
            "Bearer error=\"insufficient_scope\", scope={scopes}"
        )),
        None => error("insufficient_scope"),
    }
}

/// Returns the scopes as a quoted string.
///
/// Returns `None` for an empty list, or if a scope can't be quoted. The attributes reject such a scope, but a
/// requirement written by hand can have it.
fn quoted(scopes: &[&str]) -> Option<String> {
    let quotable = |scope: &&str| {
        !scope.is_empty()
            && scope
                .bytes()
                .all(|byte| byte.is_ascii_graphic() && byte != b'"' && byte != b'\\')
    };
    let any = !scopes.is_empty();
    (any && scopes.iter().all(quotable)).then(|| format!("\"{}\"", scopes.join(" ")))
}

/// Adds the parameter `resource_metadata` to a challenge (RFC 9728 §5.1).
fn with_metadata(challenge: &HeaderValue, url: &str) -> HeaderValue {
    let text = challenge.to_str().unwrap_or("Bearer");
    let separator = if text == "Bearer" { " " } else { ", " };
    HeaderValue::from_str(&format!("{text}{separator}resource_metadata=\"{url}\""))
        .unwrap_or_else(|_| challenge.clone())
}

fn from_parts(text: &str) -> HeaderValue {
    HeaderValue::from_str(text).unwrap_or_else(|_| bare())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn challenges_have_the_syntax_of_rfc_6750() {
        for (challenge, expected) in [
            (bare(), "Bearer"),
            (
                first(&["read:a", "write:b"]),
                r#"Bearer scope="read:a write:b""#,
            ),
            (first(&[]), "Bearer"),
            (first(&["a\"b"]), "Bearer"),
            (first(&["a\r\nSet-Cookie: x"]), "Bearer"),
            (error("invalid_token"), r#"Bearer error="invalid_token""#),
            (
                expired(),
                r#"Bearer error="invalid_token", error_description="The access token expired""#,
            ),
            (
                revoked(),
                r#"Bearer error="invalid_token", error_description="The access token was revoked""#,
            ),
            (
                insufficient_scope(&["read:a", "write:b"]),
                r#"Bearer error="insufficient_scope", scope="read:a write:b""#,
            ),
            (
                insufficient_scope(&[]),
                r#"Bearer error="insufficient_scope""#,
            ),
            (
                insufficient_scope(&["a\"b"]),
                r#"Bearer error="insufficient_scope""#,
            ),
            (
                insufficient_scope(&["a\r\nSet-Cookie: x"]),
                r#"Bearer error="insufficient_scope""#,
            ),
        ] {
            assert_eq!(challenge, expected);
        }
    }
}
