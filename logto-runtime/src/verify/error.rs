//! Why a token is refused, in full: for the log, never for the response.

use std::time::Duration;

use super::{claim_rules::IssuerDifference, claims::ClaimError, header::HeaderError};

/// Why a token did not verify.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum VerifyError {
    #[error("the token is longer than max_token_bytes")]
    Oversized,
    #[error("the token is opaque; the client asked for no resource")]
    Opaque,
    #[error("the token is not three segments of canonical base64url")]
    Malformed,
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
