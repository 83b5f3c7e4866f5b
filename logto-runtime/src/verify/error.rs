//! Why a token is rejected. The reasons are logged; responses contain less detail.

use std::time::Duration;

use crate::token::{claims::ClaimError, header::HeaderError, segments::SegmentsError};

/// Why a token could not be verified.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum VerifyError {
    /// The token is too long, opaque or malformed.
    #[error("{0}")]
    Segments(SegmentsError),
    /// The header is not that of an acceptable access token.
    #[error("{0}")]
    Header(HeaderError),
    /// A claim is missing, empty or of the wrong type.
    #[error("{0}")]
    Claims(ClaimError),
    /// The issuer is not one that this service trusts (RFC 9068 §4).
    #[error("the issuer is not one that this service trusts")]
    Issuer(IssuerDifference),
    /// The audience names an organization and something else, or another organization than
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
    /// The key is for another algorithm than the `alg` of the token (RFC 8725 §3.1).
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
    /// A function given to [`deny_if`](crate::LogtoBuilder::deny_if) returned `true`.
    #[error("deny_if refused the caller")]
    Denied,
    /// The key set, or a newer one that may contain the key of the token, could not be fetched.
    #[error("the key set can't be fetched, or has no usable key")]
    KeysUnavailable {
        /// How long until the next fetch is permitted.
        retry_after: Duration,
    },
}

/// How an untrusted issuer differs from the trusted ones. Its text, which an attacker may have
/// written, is not logged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum IssuerDifference {
    /// It is a trusted issuer without its `/oidc`.
    WithoutOidc,
    /// It ends with `/oidc`, as issuers of Logto do, but on another host.
    AnotherHost,
    /// It is not like an issuer of Logto.
    Other,
}

impl IssuerDifference {
    /// Compares an untrusted issuer with the trusted ones.
    pub(super) fn between(issuer: &str, trusted: &[String]) -> Self {
        let trimmed = issuer.trim_end_matches('/');
        if trusted
            .iter()
            .any(|trusted| trusted.strip_suffix("/oidc") == Some(trimmed))
        {
            Self::WithoutOidc
        } else if issuer.ends_with("/oidc") {
            Self::AnotherHost
        } else {
            Self::Other
        }
    }
}
