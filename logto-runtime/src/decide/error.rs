//! Why a verified token does not meet a requirement.

use crate::{decide::misconfiguration::Misconfiguration, verify::Verified};

/// Why a verified token does not meet a requirement.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum DecisionError {
    /// The audience does not contain the resource of the requirement.
    ///
    /// A check without a requirement (as in the extractor `AuthInfo`) accepts three kinds of audience: an
    /// organization, a resource of this service, and an audience that a guard of the request has accepted.
    /// For any other audience, it returns this error.
    #[error("{0}")]
    Audience(AudienceDifference),
    /// The requirement needs an organization, and the token does not name one.
    #[error("the token does not name an organization; ask for a token with `organization_id`")]
    OrganizationMissing,
    /// The requirement needs an organization as the audience, but the token names its organization only in
    /// the `organization_id` claim.
    #[error(
        "the token is for an API resource in its organization; ask for a token without `resource`"
    )]
    OrganizationOnlyInClaim,
    /// The requirement asks for global scopes, and the token belongs to an organization.
    #[error(
        "the token belongs to an organization, and the route is global; ask for a token without \
         `organization_id`"
    )]
    OrganizationNotAccepted,
    /// The request and the token name different organizations, or the request does not clearly name one.
    #[error("the token's organization is not the one in the request")]
    OrganizationMismatch,
    /// The token belongs to a user and the requirement needs a machine, or the other way round.
    #[error(
        "the token belongs to a machine (M2M application) and the route requires a user, or the \
         other way round"
    )]
    Subject,
    /// The user that the path names is not the token's subject, or the path does not clearly name a user.
    #[error("the token's subject is not the user in the path")]
    SubjectMismatch,
    /// The token was not issued to the client that the requirement names.
    #[error("the token was issued to another client than the route accepts")]
    Client,
    /// The token lacks scopes that the requirement needs.
    #[error("the token lacks scopes that the route asks for")]
    InsufficientScope {
        /// Whether the token has no scopes at all.
        none_granted: bool,
    },
    /// The program is misconfigured.
    #[error(transparent)]
    Misconfigured(#[from] Misconfiguration),
}

/// How a token's audience differs from the resource that a route asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum AudienceDifference {
    /// The audience and the resource differ only by slashes at the end.
    #[error("the audience differs from the resource only by a trailing slash; make them equal")]
    TrailingSlash,
    /// The audience is an organization: the token was requested without a resource.
    #[error("the audience is an organization; ask for the token with `resource`")]
    Organization,
    /// The audience is anything else, usually another resource.
    #[error(
        "the audience is another resource; ask for the token with the expected_audience as \
         `resource`"
    )]
    Other,
}

impl DecisionError {
    /// Ranks reasons by the order of the checks. If a later check failed, the token came closer to the
    /// requirement, so the reason helps the caller more. A misconfiguration ranks highest, so that it is not
    /// hidden.
    pub(super) fn helpfulness(&self) -> u8 {
        match self {
            Self::Audience(_) => 0,
            Self::OrganizationMissing | Self::OrganizationOnlyInClaim => 1,
            Self::OrganizationNotAccepted => 2,
            Self::OrganizationMismatch => 3,
            Self::Subject => 4,
            Self::SubjectMismatch => 5,
            Self::Client => 6,
            Self::InsufficientScope { .. } => 7,
            Self::Misconfigured(_) => 8,
        }
    }
}

impl AudienceDifference {
    pub(super) fn between(token: &Verified, resource: &str) -> Self {
        if token.audience_organization().is_some() {
            return Self::Organization;
        }
        let bare = resource.trim_end_matches('/');
        let but_for_a_slash = |audience: &str| audience.trim_end_matches('/') == bare;
        if token.audience().any(but_for_a_slash) {
            return Self::TrailingSlash;
        }
        Self::Other
    }
}
