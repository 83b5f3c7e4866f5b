//! Stable codes of refused requests.

use std::fmt;

macro_rules! codes {
    ($($(#[$doc:meta])+ $code:ident $text:literal)+) => {
        /// Why a request was refused: a stable code for logs and metrics, and a heading of the page on
        /// troubleshooting.
        ///
        /// It is in the extensions of the response too, for outer layers that count or log.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum RejectionCode {
            $($(#[$doc])+ $code,)+
        }

        impl RejectionCode {
            /// Every code.
            pub const ALL: &'static [Self] = &[$(Self::$code),+];

            /// The code as logs, metrics and links write it.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$code => $text,)+
                }
            }
        }
    };
}

codes! {
    /// The request has more than one `Authorization` header.
    MultipleAuthorizationHeaders "multiple_authorization_headers"
    /// The request has no `Authorization` header.
    MissingToken "missing_token"
    /// The `Authorization` header has another scheme than `Bearer`, or no token after it.
    NotABearerToken "not_a_bearer_token"
    /// The token is longer than [`max_token_bytes`](crate::LogtoBuilder::max_token_bytes).
    OversizedToken "oversized_token"
    /// The token is not a JWT: the client named no resource in its token request.
    OpaqueToken "opaque_token"
    /// An ID token, or another JWT whose `typ` is not that of an access token.
    IdToken "id_token"
    /// The header of the token lacks a member, or has one that is not allowed.
    UnacceptableHeader "unacceptable_header"
    /// The token is not three segments of base64url, or its header is not a JSON object.
    MalformedToken "malformed_token"
    /// A claim is missing, empty or of the wrong type.
    InvalidClaims "invalid_claims"
    /// `aud` contradicts itself or `organization_id`.
    ContradictoryOrganization "contradictory_organization"
    /// The claims do not fit the type of a [`Claims`](crate::Claims) argument.
    CustomClaimsDoNotFit "custom_claims_do_not_fit"
    /// The token has expired.
    Expired "expired"
    /// The token is not valid yet: the clocks of Logto and of this service differ.
    ClockSkew "clock_skew"
    /// The issuer is one of this service without its `/oidc`.
    IssuerWithoutOidc "issuer_without_oidc"
    /// The issuer is that of another domain, such as a custom domain of the same tenant.
    IssuerCustomDomain "issuer_custom_domain"
    /// The issuer is not one of this service.
    UnknownIssuer "unknown_issuer"
    /// The key set has no usable key with the `kid` of the token.
    UnknownKey "unknown_key"
    /// The key is for another algorithm than the one in the header.
    AlgorithmOfAnotherKey "algorithm_of_another_key"
    /// The signature does not match.
    BadSignature "bad_signature"
    /// A closure given to [`deny_if`](crate::LogtoBuilder::deny_if) refused the caller.
    Denied "denied"
    /// There are no usable keys, because Logto cannot be reached.
    KeysUnavailable "keys_unavailable"
    /// The audience is the resource of the route but for a slash at the end.
    AudienceDiffersByTrailingSlash "audience_differs_by_trailing_slash"
    /// The audience is an organization, and the route needs a token for a resource.
    OrganizationTokenWithoutResource "organization_token_without_resource"
    /// The audience is another resource than that of the route.
    InvalidAudience "invalid_audience"
    /// The token names no organization, and the route needs one.
    UserResourceTokenOnOrganizationRoute "user_resource_token_on_organization_route"
    /// The token is for a resource in an organization, and the route needs a token for the organization itself.
    ResourceTokenOnPermissionRoute "resource_token_on_permission_route"
    /// The token belongs to an organization, and the route does not.
    OrganizationTokenOnGlobalRoute "organization_token_on_global_route"
    /// The organization of the token is not the one in the request.
    OrganizationMismatch "organization_mismatch"
    /// The token is of a machine (M2M application) where a user is needed, or the other way round.
    SubjectNotAccepted "subject_not_accepted"
    /// The token has no scopes at all, and the route needs some.
    NoScopesGranted "no_scopes_granted"
    /// The token lacks scopes that the route needs.
    InsufficientScope "insufficient_scope"
    /// The program itself is wrong: the log says what to change.
    Misconfigured "misconfigured"
}

impl fmt::Display for RejectionCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
