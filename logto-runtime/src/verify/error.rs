//! Why a token is rejected. The reasons are logged; responses contain less detail.

use std::time::Duration;

use url::Url;

use crate::{
    config::is_loopback,
    token::{
        access_token::AccessToken, claims::ClaimError, header::HeaderError, not_a_jwt::NotAJwt,
        segments::SegmentsError,
    },
};

/// Why a token could not be verified.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum VerifyError {
    /// The token is longer than the limit.
    #[error("the token is longer than max_token_bytes")]
    Oversized,
    /// The token is not a JWT.
    #[error("{0}")]
    NotAJwt(NotAJwt),
    /// The header is not acceptable for an access token.
    #[error("{0}")]
    Header(HeaderError),
    /// A claim is missing, empty or of the wrong type, or the claims are not a JSON object with unique
    /// members.
    #[error("{0}")]
    Claims(ClaimError),
    /// This service does not trust the issuer (RFC 9068 §4).
    #[error("{0}")]
    Issuer(IssuerDifference),
    /// The audience names an organization, but has another entry, an empty id, or an id that differs from
    /// `organization_id`.
    #[error("the audience contradicts itself or organization_id")]
    ContradictoryOrganization,
    /// `exp` has passed (RFC 7519 §4.1.4).
    #[error("the token expired")]
    Expired,
    /// `iat` is in the future (RFC 7519 §4.1.6).
    #[error("the token was issued in the future; compare the clocks")]
    IssuedInTheFuture,
    /// `nbf` is in the future (RFC 7519 §4.1.5).
    #[error("the token is not valid yet; compare the clocks")]
    NotYetValid,
    /// The key set has no usable key with the `kid` of the token.
    #[error("the key set has no usable key with this kid")]
    UnknownKey {
        /// The `kid` in the header of the token.
        key_id: String,
    },
    /// The algorithm of the key differs from the `alg` of the token (RFC 8725 §3.1).
    #[error("the key is for another algorithm than the header's alg")]
    AlgorithmOfAnotherKey {
        /// The `kid` in the header of the token.
        key_id: String,
    },
    /// The signature does not match the token and the key.
    #[error("the signature does not match")]
    Signature {
        /// The `kid` in the header of the token.
        key_id: String,
    },
    /// The token is so old that its revocation may have been forgotten.
    #[error("the token is so old that its revocation may have been forgotten")]
    OlderThanRevocations,
    /// A new key set could not be fetched in time. The current key set is missing, is too old, or lacks the
    /// key of the token.
    #[error("the key set can't be fetched, or has no usable key")]
    KeysUnavailable {
        /// How long until the next fetch is permitted.
        retry_after: Duration,
    },
}

impl VerifyError {
    /// Returns the error for a token that can't be split or decoded.
    pub(super) fn of_segments(error: SegmentsError, token: AccessToken<'_>) -> Self {
        match error {
            SegmentsError::Oversized => Self::Oversized,
            SegmentsError::Malformed => Self::NotAJwt(NotAJwt::of(token)),
        }
    }
}

/// How an untrusted issuer differs from the trusted ones. The text of the untrusted issuer is not
/// logged, because an attacker may have written it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum IssuerDifference {
    /// The issuer is a trusted issuer without the `/oidc` at the end.
    #[error(
        "the issuer is a trusted one without its /oidc; set the endpoint to the tenant's address, \
         without /oidc, and do not set `.issuer(…)`"
    )]
    WithoutOidc,
    /// The issuer has the host of a trusted issuer, but another port.
    #[error(
        "the issuer has the host of a trusted one and another port; set the endpoint to the port \
         that issues the tokens (the port of Logto's admin console, usually 3002, belongs to \
         another tenant)"
    )]
    AnotherPort,
    /// The issuer has the host and the port of a trusted issuer, but a different scheme (`http` or `https`).
    #[error(
        "the issuer differs from a trusted one only by http and https; set ENDPOINT of Logto, or \
         the endpoint of this service, so that both are equal, with https"
    )]
    AnotherScheme,
    /// The issuer ends with `/oidc`, as issuers of Logto do, and no variant above fits. Usually the host
    /// differs. Otherwise, the path differs, or the issuer is not a URL, or is too long to be parsed.
    #[error(
        "the issuer is that of another Logto domain; if it is a domain of the same tenant, add \
         `.issuer(…)` for each domain"
    )]
    AnotherHost,
    /// The issuer does not look like an issuer of Logto, because it does not end with `/oidc`.
    #[error(
        "the issuer is not one that this service trusts; compare it with the tenant's discovery \
         document"
    )]
    Other,
}

/// The length of the longest issuer that is parsed as a URL, in bytes. The issuer of a forged token can have
/// many kilobytes.
const LONGEST_URL: usize = 256;

impl IssuerDifference {
    /// Compares an untrusted issuer with the trusted ones.
    pub(crate) fn between(issuer: &str, trusted: &[String]) -> Self {
        let trimmed = issuer.trim_end_matches('/');
        if trusted
            .iter()
            .any(|trusted| trusted.strip_suffix("/oidc") == Some(trimmed))
        {
            Self::WithoutOidc
        } else if issuer.ends_with("/oidc") {
            Self::of_address(issuer, trusted).unwrap_or(Self::AnotherHost)
        } else {
            Self::Other
        }
    }

    /// Compares the port and the scheme with those of each trusted issuer that has the same host and path.
    /// All names of the loopback interface count as one host.
    fn of_address(issuer: &str, trusted: &[String]) -> Option<Self> {
        if issuer.len() > LONGEST_URL {
            return None;
        }
        let issuer = Url::parse(issuer)
            .ok()
            .filter(|issuer| matches!(issuer.scheme(), "http" | "https"))?;
        let on_the_same_host = |trusted: &Url| {
            trusted.path() == issuer.path()
                && (trusted.host() == issuer.host() || is_loopback(trusted) && is_loopback(&issuer))
        };
        let mut trusted = trusted
            .iter()
            .filter_map(|trusted| Url::parse(trusted).ok())
            .filter(on_the_same_host);
        trusted.find_map(|trusted| {
            let same_port = trusted.port() == issuer.port()
                || trusted.port_or_known_default() == issuer.port_or_known_default();
            match (same_port, trusted.scheme() == issuer.scheme()) {
                (false, _) => Some(Self::AnotherPort),
                (true, false) => Some(Self::AnotherScheme),
                (true, true) => None,
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_issuers_with_http_or_https_can_differ_by_the_scheme_or_the_port() {
        let trusted = ["https://tenant.example/oidc".to_owned()];
        for (issuer, expected) in [
            (
                "http://tenant.example/oidc",
                IssuerDifference::AnotherScheme,
            ),
            (
                "http://tenant.example:443/oidc",
                IssuerDifference::AnotherScheme,
            ),
            (
                "https://tenant.example:444/oidc",
                IssuerDifference::AnotherPort,
            ),
            ("ftp://tenant.example/oidc", IssuerDifference::AnotherHost),
            (
                "ftp://tenant.example:443/oidc",
                IssuerDifference::AnotherHost,
            ),
            ("wss://tenant.example/oidc", IssuerDifference::AnotherHost),
        ] {
            let difference = IssuerDifference::between(issuer, &trusted);
            assert_eq!(difference, expected, "{issuer}");
        }
    }

    #[test]
    fn an_issuer_is_compared_by_its_parts_if_it_is_not_too_long() {
        let host = |length: usize| {
            let label = "a".repeat(length - "https://.example:1/oidc".len());
            format!("{label}.example")
        };
        for (length, expected) in [
            (80, IssuerDifference::AnotherPort),
            (LONGEST_URL - 1, IssuerDifference::AnotherPort),
            (LONGEST_URL, IssuerDifference::AnotherPort),
            (LONGEST_URL + 1, IssuerDifference::AnotherHost),
            (LONGEST_URL + 2, IssuerDifference::AnotherHost),
        ] {
            let host = host(length);
            let issuer = format!("https://{host}:1/oidc");
            assert_eq!(issuer.len(), length);
            let trusted = [format!("https://{host}:2/oidc")];
            let difference = IssuerDifference::between(&issuer, &trusted);
            assert_eq!(difference, expected, "{length}");
        }
    }
}
