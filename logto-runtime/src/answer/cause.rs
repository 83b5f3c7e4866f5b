//! [`Cause`], the precise reason of a rejection, and the code of each reason.

use std::time::Duration;

use super::{denial::Denial, rejection_code::RejectionCode};
#[cfg(feature = "revocation")]
use crate::revocation::{refusal::Refusal, revoked::Revoked, silence::Unheard};
use crate::{
    decide::{AudienceDifference, DecisionError, misconfiguration::Misconfiguration},
    token::{bearer::BearerError, header::HeaderError, not_a_jwt::NotAJwt, source::NoToken},
    verify::{IssuerDifference, VerifyError},
};

/// The precise reason of a rejection, for logs, the explorer and `cargo logto explain`.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Cause {
    /// The request has no access token, or has tokens that must not be verified.
    #[error(transparent)]
    NoToken(#[from] NoToken),
    /// The verification of the token failed, or is not possible now.
    #[error(transparent)]
    Verify(#[from] VerifyError),
    /// The verified token does not meet what a guard or an extractor requires, or the program is
    /// misconfigured.
    #[error(transparent)]
    Decision(#[from] DecisionError),
    /// A function given to [`deny_if`](crate::LogtoBuilder::deny_if) or
    /// [`deny_if_async`](crate::LogtoBuilder::deny_if_async) denied the caller.
    #[error("deny_if or deny_if_async refused the caller")]
    Denied(Denial),
    /// A function given to [`deny_if_async`](crate::LogtoBuilder::deny_if_async) failed, did not answer in
    /// time, or was not called. Holds the time for `Retry-After`.
    #[error("deny_if_async did not answer; an error in the log says why")]
    DenyUnanswered(Duration),
    /// The application rejected the caller, with [`Rejection::forbidden`](super::Rejection),
    /// `invalid_token` or `unavailable`.
    #[error("the application refused the caller")]
    Application(ApplicationAnswer),
    /// An entry of the list of revocations matches the token.
    #[cfg(feature = "revocation")]
    #[error(transparent)]
    Revoked(Revoked),
    /// The list of revocations can lack entries. Either the log of revocations has not been read, or the
    /// processes that receive webhooks have been silent for too long.
    #[cfg(feature = "revocation")]
    #[error(
        "the log of revocations has not been read, or the processes that receive webhooks have been \
         silent for too long"
    )]
    RevocationsUnavailable,
    /// A [`Claims`](crate::Claims) argument can't be deserialized. Holds the path of the JSON field
    /// that is missing or does not fit, such as `plan.name`.
    #[error("the claims do not fit the type of the handler, at {0}")]
    Claims(String),
}

impl Cause {
    /// Returns the code of the reason. Each code is a heading of the troubleshooting page.
    pub(crate) fn code(&self) -> RejectionCode {
        match self {
            Self::NoToken(error) => no_token_code(*error),
            Self::Verify(error) => verify_code(error),
            Self::Decision(error) => decision_code(error),
            Self::Denied(_) => RejectionCode::Denied,
            Self::DenyUnanswered(_) => RejectionCode::DenyUnanswered,
            Self::Application(_) => RejectionCode::Application,
            #[cfg(feature = "revocation")]
            Self::Revoked(_) => RejectionCode::Revoked,
            #[cfg(feature = "revocation")]
            Self::RevocationsUnavailable => RejectionCode::RevocationsUnavailable,
            Self::Claims(_) => RejectionCode::CustomClaimsDoNotFit,
        }
    }

    /// Returns the `kid` of the token, if the reason contains it.
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

/// How the application rejects a caller.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ApplicationAnswer {
    InvalidToken,
    Forbidden,
    Unavailable(Duration),
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

fn no_token_code(error: NoToken) -> RejectionCode {
    match error {
        NoToken::Bearer(BearerError::Repeated) => RejectionCode::MultipleAuthorizationHeaders,
        NoToken::Bearer(BearerError::Missing) | NoToken::Missing => RejectionCode::MissingToken,
        NoToken::Bearer(BearerError::NotBearer) | NoToken::NotBearerProtocol => {
            RejectionCode::NotABearerToken
        }
        NoToken::Several => RejectionCode::MultipleAccessTokens,
        NoToken::CrossSite => RejectionCode::CrossSiteRequest,
    }
}

fn verify_code(error: &VerifyError) -> RejectionCode {
    match error {
        VerifyError::Oversized => RejectionCode::OversizedToken,
        VerifyError::NotAJwt(kind) => not_a_jwt_code(*kind),
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

fn not_a_jwt_code(kind: NotAJwt) -> RejectionCode {
    match kind {
        NotAJwt::Opaque => RejectionCode::OpaqueToken,
        NotAJwt::PersonalAccessToken => RejectionCode::PersonalAccessToken,
        NotAJwt::SubjectToken => RejectionCode::SubjectToken,
        NotAJwt::Placeholder(_) | NotAJwt::Template => RejectionCode::PlaceholderToken,
        NotAJwt::Truncated => RejectionCode::TruncatedToken,
        NotAJwt::RepeatedScheme => RejectionCode::RepeatedBearer,
        NotAJwt::RequestFailed(_) => RejectionCode::TokenRequestFailed,
        NotAJwt::Response | NotAJwt::Quoted | NotAJwt::WithoutDot | NotAJwt::Malformed => {
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
        DecisionError::SubjectMismatch => RejectionCode::SubjectMismatch,
        DecisionError::Client => RejectionCode::ClientNotAccepted,
        DecisionError::InsufficientScope { none_granted: true } => RejectionCode::NoScopesGranted,
        DecisionError::InsufficientScope { .. } => RejectionCode::InsufficientScope,
        DecisionError::Misconfigured(_) => RejectionCode::Misconfigured,
    }
}
