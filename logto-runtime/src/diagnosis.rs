//! Stable codes for refusals: what to look up, and where.

use crate::{
    bearer::BearerError,
    decision::{AudienceDifference, DecisionError},
    rejection::Cause,
    verify::{HeaderError, IssuerDifference, VerifyError},
};

/// The code of a refusal: a heading of `docs/troubleshooting.md`.
pub(crate) fn code(cause: &Cause) -> &'static str {
    match cause {
        Cause::Bearer(error) => bearer_code(*error),
        Cause::Verify(error) => verify_code(error),
        Cause::Decision(error) => decision_code(error),
        Cause::Claims(_) => "custom_claims_do_not_fit",
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
        VerifyError::Oversized => "oversized_token",
        VerifyError::Opaque => "opaque_token",
        VerifyError::Malformed | VerifyError::Header(HeaderError::Malformed) => "malformed_token",
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
