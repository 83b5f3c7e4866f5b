//! Stable codes for refusals: what to look up, and where.

use crate::{
    decide::{AudienceDifference, DecisionError, misconfiguration::Misconfiguration},
    token::{bearer::BearerError, header::HeaderError, segments::SegmentsError},
    verify::{IssuerDifference, VerifyError},
};

/// The precise reason: for the log alone.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Cause {
    #[error(transparent)]
    Bearer(#[from] BearerError),
    #[error(transparent)]
    Verify(#[from] VerifyError),
    #[error(transparent)]
    Decision(#[from] DecisionError),
    #[error("the claims do not fit the type of the handler, at {0}")]
    Claims(String),
}

impl Cause {
    /// The code of a refusal: a heading of `docs/troubleshooting.md`.
    pub(crate) fn code(&self) -> &'static str {
        match self {
            Self::Bearer(error) => bearer_code(*error),
            Self::Verify(error) => verify_code(error),
            Self::Decision(error) => decision_code(error),
            Self::Claims(_) => "custom_claims_do_not_fit",
        }
    }

    /// The `kid` that a refusal is about.
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

impl From<Misconfiguration> for Cause {
    fn from(misconfiguration: Misconfiguration) -> Self {
        Self::Decision(misconfiguration.into())
    }
}

fn bearer_code(error: BearerError) -> &'static str {
    match error {
        BearerError::Repeated => "multiple_authorization_headers",
        BearerError::Missing => "missing_token",
        BearerError::NotBearer => "not_a_bearer_token",
    }
}

fn verify_code(error: &VerifyError) -> &'static str {
    match error {
        VerifyError::Segments(SegmentsError::Oversized) => "oversized_token",
        VerifyError::Segments(SegmentsError::Opaque) => "opaque_token",
        VerifyError::Segments(SegmentsError::Malformed)
        | VerifyError::Header(HeaderError::Malformed) => "malformed_token",
        VerifyError::Header(HeaderError::TypeMissing | HeaderError::TypeJwt) => "id_token",
        VerifyError::Header(_) => "unacceptable_header",
        VerifyError::Claims(_) => "invalid_claims",
        VerifyError::Issuer(IssuerDifference::WithoutOidc) => "issuer_without_oidc",
        VerifyError::Issuer(IssuerDifference::AnotherHost) => "issuer_custom_domain",
        VerifyError::Issuer(IssuerDifference::Other) => "unknown_issuer",
        VerifyError::ContradictoryOrganization => "contradictory_organization",
        VerifyError::Expired => "expired",
        VerifyError::IssuedInTheFuture | VerifyError::NotYetValid => "clock_skew",
        VerifyError::UnknownKey { .. } => "unknown_key",
        VerifyError::AlgorithmOfAnotherKey { .. } => "algorithm_of_another_key",
        VerifyError::Signature { .. } => "bad_signature",
        VerifyError::Denied => "denied",
        VerifyError::KeysUnavailable { .. } => "keys_unavailable",
    }
}

fn decision_code(error: &DecisionError) -> &'static str {
    match error {
        DecisionError::Audience(AudienceDifference::TrailingSlash) => {
            "audience_differs_by_trailing_slash"
        }
        DecisionError::Audience(AudienceDifference::Organization) => {
            "organization_token_without_resource"
        }
        DecisionError::Audience(AudienceDifference::Other) => "invalid_audience",
        DecisionError::OrganizationMissing => "user_resource_token_on_organization_route",
        DecisionError::OrganizationOnlyInClaim => "resource_token_on_permission_route",
        DecisionError::OrganizationNotAccepted => "organization_token_on_global_route",
        DecisionError::OrganizationMismatch => "organization_mismatch",
        DecisionError::Subject => "subject_not_accepted",
        DecisionError::InsufficientScope { none_granted: true } => "no_scopes_granted",
        DecisionError::InsufficientScope { .. } => "insufficient_scope",
        DecisionError::Misconfigured(_) => "misconfigured",
    }
}
