//! [`Answer`], the status and the message of each response to a rejected request.

use std::time::Duration;

use http::StatusCode;

use super::{
    cause::{ApplicationAnswer, Cause},
    denial::Denial,
};
use crate::{
    decide::DecisionError,
    token::{bearer::BearerError, source::NoToken},
    verify::VerifyError,
};

/// A response of the table in `docs/errors-and-challenges.md`. Rows with the same response share a variant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Answer {
    RepeatedHeader,
    SeveralTokens,
    NoHeader,
    NoToken,
    NotBearer,
    NotBearerProtocol,
    CrossSite,
    InvalidToken,
    Expired,
    /// Holds the time until a new token is accepted, or `None` if a new token is accepted at once.
    Revoked(Option<Duration>),
    Unavailable(Duration),
    Denied,
    InvalidAudience,
    OrganizationMissing,
    OrganizationNotAccepted,
    OrganizationMismatch,
    SubjectNotAccepted,
    SubjectMismatch,
    ClientNotAccepted,
    InsufficientScope,
    Misconfigured,
}

impl Answer {
    pub(super) fn status(self) -> StatusCode {
        match self {
            Self::RepeatedHeader | Self::SeveralTokens => StatusCode::BAD_REQUEST,
            Self::NoHeader
            | Self::NoToken
            | Self::NotBearer
            | Self::NotBearerProtocol
            | Self::InvalidToken
            | Self::Expired
            | Self::Revoked(_)
            | Self::InvalidAudience
            | Self::OrganizationMissing => StatusCode::UNAUTHORIZED,
            Self::Denied
            | Self::CrossSite
            | Self::OrganizationNotAccepted
            | Self::OrganizationMismatch
            | Self::SubjectNotAccepted
            | Self::SubjectMismatch
            | Self::ClientNotAccepted
            | Self::InsufficientScope => StatusCode::FORBIDDEN,
            Self::Unavailable(_) => StatusCode::SERVICE_UNAVAILABLE,
            Self::Misconfigured => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    pub(super) fn message(self) -> &'static str {
        match self {
            Self::RepeatedHeader => "Multiple Authorization headers",
            Self::SeveralTokens => "Multiple access tokens",
            Self::NoHeader => "Authorization header is missing",
            Self::NoToken => "Access token is missing",
            Self::NotBearer => "Authorization header must start with \"Bearer \"",
            Self::NotBearerProtocol => "WebSocket protocol must be \"bearer\", then the token",
            Self::CrossSite => "Cross-site request not accepted",
            Self::InvalidToken | Self::Expired | Self::Revoked(_) => "Invalid token",
            Self::Unavailable(_) => "Authorization service unavailable",
            Self::Denied => "Access denied",
            Self::InvalidAudience => "Invalid audience",
            Self::OrganizationMissing => "Organization context is missing",
            Self::OrganizationNotAccepted => "Organization token not accepted",
            Self::OrganizationMismatch => "Organization mismatch",
            Self::SubjectNotAccepted => "Subject not accepted",
            Self::SubjectMismatch => "Subject mismatch",
            Self::ClientNotAccepted => "Client not accepted",
            Self::InsufficientScope => "Insufficient scope",
            Self::Misconfigured => "Authorization is misconfigured",
        }
    }

    /// Returns the response for a reason.
    pub(super) fn to(cause: &Cause) -> Self {
        match cause {
            Cause::NoToken(NoToken::Bearer(BearerError::Repeated)) => Self::RepeatedHeader,
            Cause::NoToken(NoToken::Bearer(BearerError::Missing)) => Self::NoHeader,
            Cause::NoToken(NoToken::Bearer(BearerError::NotBearer)) => Self::NotBearer,
            Cause::NoToken(NoToken::Several) => Self::SeveralTokens,
            Cause::NoToken(NoToken::Missing) => Self::NoToken,
            Cause::NoToken(NoToken::NotBearerProtocol) => Self::NotBearerProtocol,
            Cause::NoToken(NoToken::CrossSite) => Self::CrossSite,
            Cause::Verify(VerifyError::Expired) => Self::Expired,
            Cause::Verify(VerifyError::OlderThanRevocations) => Self::Revoked(None),
            #[cfg(feature = "revocation")]
            Cause::Revoked(revoked) => Self::Revoked(revoked.accepted_in),
            #[cfg(feature = "revocation")]
            Cause::RevocationsUnavailable => Self::Unavailable(Duration::from_secs(1)),
            Cause::Verify(VerifyError::KeysUnavailable { retry_after }) => {
                Self::Unavailable(*retry_after)
            }
            Cause::DenyUnanswered(wait)
            | Cause::Application(ApplicationAnswer::Unavailable(wait)) => Self::Unavailable(*wait),
            Cause::Verify(_)
            | Cause::Claims(_)
            | Cause::Denied(Denial::InvalidToken)
            | Cause::Application(ApplicationAnswer::InvalidToken) => Self::InvalidToken,
            Cause::Denied(Denial::Forbidden) | Cause::Application(ApplicationAnswer::Forbidden) => {
                Self::Denied
            }
            Cause::Decision(DecisionError::Audience(_)) => Self::InvalidAudience,
            Cause::Decision(
                DecisionError::OrganizationMissing | DecisionError::OrganizationOnlyInClaim,
            ) => Self::OrganizationMissing,
            Cause::Decision(DecisionError::OrganizationNotAccepted) => {
                Self::OrganizationNotAccepted
            }
            Cause::Decision(DecisionError::OrganizationMismatch) => Self::OrganizationMismatch,
            Cause::Decision(DecisionError::Subject) => Self::SubjectNotAccepted,
            Cause::Decision(DecisionError::SubjectMismatch) => Self::SubjectMismatch,
            Cause::Decision(DecisionError::Client) => Self::ClientNotAccepted,
            Cause::Decision(DecisionError::InsufficientScope { .. }) => Self::InsufficientScope,
            Cause::Decision(DecisionError::Misconfigured(_)) => Self::Misconfigured,
        }
    }
}
