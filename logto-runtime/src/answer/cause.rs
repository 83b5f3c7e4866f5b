//! The precise reason of a rejection, and its code. Responses never show them.

use super::{denial::Denial, rejection_code::RejectionCode};
#[cfg(feature = "revocation")]
use crate::revocation::{refusal::Refusal, revoked::Revoked, silence::Unheard};
use crate::{
    decide::{AudienceDifference, DecisionError, misconfiguration::Misconfiguration},
    token::{bearer::BearerError, header::HeaderError, lookalike::Lookalike},
    verify::{IssuerDifference, VerifyError},
};

/// The precise reason of a rejection, for logs only.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Cause {
    /// The request has no usable `Authorization` header.
    #[error(transparent)]
    Bearer(#[from] BearerError),
    /// The token does not verify, or can't be verified now.
    #[error(transparent)]
    Verify(#[from] VerifyError),
    /// The verified token does not meet the requirement, or the program is misconfigured.
    #[error(transparent)]
    Decision(#[from] DecisionError),
    /// A function given to [`deny_if`](crate::LogtoBuilder::deny_if) denied the caller.
    #[error("deny_if refused the caller")]
    Denied(Denial),
    /// An entry of the list of revocations refuses the token.
    #[cfg(feature = "revocation")]
    #[error(transparent)]
    Revoked(Revoked),
    /// Nothing is known about revocations.
    #[cfg(feature = "revocation")]
    #[error("the log of revocations has not been read, or nothing was heard for too long")]
    RevocationsUnavailable,
    /// A [`Claims`](crate::Claims) argument can't be deserialized. Holds the name of the claim.
    #[error("the claims do not fit the type of the handler, at {0}")]
    Claims(String),
}

impl Cause {
    /// Returns the code of the reason, which is a heading of the troubleshooting page.
    pub(crate) fn code(&self) -> RejectionCode {
        match self {
            Self::Bearer(error) => bearer_code(*error),
            Self::Verify(error) => verify_code(error),
            Self::Decision(error) => decision_code(error),
            Self::Denied(_) => RejectionCode::Denied,
            #[cfg(feature = "revocation")]
            Self::Revoked(_) => RejectionCode::Revoked,
            #[cfg(feature = "revocation")]
            Self::RevocationsUnavailable => RejectionCode::RevocationsUnavailable,
            Self::Claims(_) => RejectionCode::CustomClaimsDoNotFit,
        }
    }

    /// Returns the `kid` that the reason is about, if there is one.
    pub(crate) fn key_id(&self) -> Option<&str> {
        match self {
            Self::Verify(
                VerifyError::UnknownKey { key_id }
                | VerifyError::AlgorithmOfAnotherKey { key_id }
                | VerifyError::Signature { key_id },
            ) => Some(key_id),
            _ => None,
        }
    }
}

impl From<Denial> for Cause {
    fn from(denial: Denial) -> Self {
        Self::Denied(denial)
    }
}

impl From<Misconfiguration> for Cause {
    fn from(misconfiguration: Misconfiguration) -> Self {
        Self::Decision(misconfiguration.into())
    }
}

#[cfg(feature = "revocation")]
impl From<Refusal> for Cause {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::Revoked(revoked) => Self::Revoked(revoked),
            Refusal::Unheard(Unheard::TooOld) => Self::Verify(VerifyError::OlderThanRevocations),
            Refusal::Unheard(Unheard::Unavailable) => Self::RevocationsUnavailable,
        }
    }
}

fn bearer_code(error: BearerError) -> RejectionCode {
    match error {
        BearerError::Repeated => RejectionCode::MultipleAuthorizationHeaders,
        BearerError::Missing => RejectionCode::MissingToken,
        BearerError::NotBearer => RejectionCode::NotABearerToken,
    }
}

fn verify_code(error: &VerifyError) -> RejectionCode {
    match error {
        VerifyError::Oversized => RejectionCode::OversizedToken,
        VerifyError::NotAJwt(lookalike) => lookalike_code(*lookalike),
        VerifyError::Header(HeaderError::Malformed) => RejectionCode::MalformedToken,
        VerifyError::Header(HeaderError::TypeMissing | HeaderError::TypeJwt) => {
            RejectionCode::IdToken
        }
        VerifyError::Header(_) => RejectionCode::UnacceptableHeader,
        VerifyError::Claims(_) => RejectionCode::InvalidClaims,
        VerifyError::Issuer(IssuerDifference::WithoutOidc) => RejectionCode::IssuerWithoutOidc,
        VerifyError::Issuer(IssuerDifference::AnotherPort) => RejectionCode::IssuerDiffersByPort,
        VerifyError::Issuer(IssuerDifference::AnotherScheme) => {
            RejectionCode::IssuerDiffersByScheme
        }
        VerifyError::Issuer(IssuerDifference::AnotherHost) => RejectionCode::IssuerCustomDomain,
        VerifyError::Issuer(IssuerDifference::Other) => RejectionCode::UnknownIssuer,
        VerifyError::ContradictoryOrganization => RejectionCode::ContradictoryOrganization,
        VerifyError::Expired => RejectionCode::Expired,
        VerifyError::IssuedInTheFuture | VerifyError::NotYetValid => RejectionCode::ClockSkew,
        VerifyError::UnknownKey { .. } => RejectionCode::UnknownKey,
        VerifyError::AlgorithmOfAnotherKey { .. } => RejectionCode::AlgorithmOfAnotherKey,
        VerifyError::Signature { .. } => RejectionCode::BadSignature,
        VerifyError::OlderThanRevocations => RejectionCode::OlderThanRevocations,
        VerifyError::KeysUnavailable { .. } => RejectionCode::KeysUnavailable,
    }
}

fn lookalike_code(lookalike: Lookalike) -> RejectionCode {
    match lookalike {
        Lookalike::Opaque => RejectionCode::OpaqueToken,
        Lookalike::PersonalAccessToken => RejectionCode::PersonalAccessToken,
        Lookalike::SubjectToken => RejectionCode::SubjectToken,
        Lookalike::Placeholder(_) | Lookalike::Template => RejectionCode::PlaceholderToken,
        Lookalike::Truncated => RejectionCode::TruncatedToken,
        Lookalike::RepeatedScheme => RejectionCode::RepeatedBearer,
        Lookalike::RequestFailed(_) => RejectionCode::TokenRequestFailed,
        Lookalike::Response | Lookalike::Quoted | Lookalike::WithoutDot | Lookalike::Malformed => {
            RejectionCode::MalformedToken
        }
    }
}

fn decision_code(error: &DecisionError) -> RejectionCode {
    match error {
        DecisionError::Audience(AudienceDifference::TrailingSlash) => {
            RejectionCode::AudienceDiffersByTrailingSlash
        }
        DecisionError::Audience(AudienceDifference::Organization) => {
            RejectionCode::OrganizationTokenWithoutResource
        }
        DecisionError::Audience(AudienceDifference::Other) => RejectionCode::InvalidAudience,
        DecisionError::OrganizationMissing => RejectionCode::TokenWithoutOrganization,
        DecisionError::OrganizationOnlyInClaim => RejectionCode::ResourceTokenOnPermissionRoute,
        DecisionError::OrganizationNotAccepted => RejectionCode::OrganizationTokenOnGlobalRoute,
        DecisionError::OrganizationMismatch => RejectionCode::OrganizationMismatch,
        DecisionError::Subject => RejectionCode::SubjectNotAccepted,
        DecisionError::InsufficientScope { none_granted: true } => RejectionCode::NoScopesGranted,
        DecisionError::InsufficientScope { .. } => RejectionCode::InsufficientScope,
        DecisionError::Misconfigured(_) => RejectionCode::Misconfigured,
    }
}
