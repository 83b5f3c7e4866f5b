//! Why a token is refused, in full: for the log, never for the response.

use std::time::Duration;

use crate::token::{claims::ClaimError, header::HeaderError, segments::SegmentsError};

/// Why a token did not verify.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum VerifyError {
    #[error("{0}")]
    Segments(SegmentsError),
    #[error("{0}")]
    Header(HeaderError),
    #[error("{0}")]
    Claims(ClaimError),
    #[error("the issuer is not one of this service")]
    Issuer(IssuerDifference),
    #[error("the audience contradicts itself or organization_id")]
    ContradictoryOrganization,
    #[error("the token expired")]
    Expired,
    #[error("the token was issued in the future; compare the clocks")]
    IssuedInTheFuture,
    #[error("the token is not valid yet; compare the clocks")]
    NotYetValid,
    #[error("the key set has no usable key of this kid")]
    UnknownKey { key_id: String },
    #[error("the key is for another algorithm than the header's")]
    AlgorithmOfAnotherKey { key_id: String },
    #[error("the signature does not hold")]
    Signature { key_id: String },
    #[error("deny_if refused the caller")]
    Denied,
    #[error("no usable keys: Logto can't be reached or answers without any")]
    KeysUnavailable { retry_after: Duration },
}

/// How a foreign issuer differs from ours, as far as it can be told without showing it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum IssuerDifference {
    /// It is ours less `/oidc`.
    WithoutOidc,
    /// Another host, but as Logto writes issuers.
    AnotherHost,
    /// Anything else.
    Other,
}

impl IssuerDifference {
    pub(super) fn between(issuer: &str, ours: &[String]) -> Self {
        let trimmed = issuer.trim_end_matches('/');
        if ours
            .iter()
            .any(|our| our.strip_suffix("/oidc") == Some(trimmed))
        {
            Self::WithoutOidc
        } else if issuer.ends_with("/oidc") {
            Self::AnotherHost
        } else {
            Self::Other
        }
    }
}
