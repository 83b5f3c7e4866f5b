//! Stable codes of rejections.

use std::fmt;

macro_rules! codes {
    ($($(#[$doc:meta])+ $code:ident $text:literal)+) => {
        /// The reason of a rejection, as a stable code for logs and metrics.
        ///
        /// Each code is a heading of the troubleshooting page. The extensions of the response hold the
        /// code, for outer layers that count or log rejections.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum RejectionCode {
            $($(#[$doc])+ $code,)+
        }

        impl RejectionCode {
            /// All codes.
            pub const ALL: &'static [Self] = &[$(Self::$code),+];

            /// Returns the code as it appears in logs, metrics and links.
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
    /// Two of the places that [`token_source`](crate::LogtoBuilder::token_source) names have a value, even an
    /// unusable one. Or one place has two tokens. If only the `Authorization` header is repeated, the code is
    /// `multiple_authorization_headers`.
    MultipleAccessTokens "multiple_access_tokens"
    /// The request has no `Authorization` header. Or the builder names other places with
    /// [`token_source`](crate::LogtoBuilder::token_source), and all these places are empty.
    MissingToken "missing_token"
    /// The `Authorization` header has another scheme than `Bearer`, or no token after the scheme. Or the
    /// WebSocket protocol `bearer` is written with capital letters, or no token follows it.
    NotABearerToken "not_a_bearer_token"
    /// The token is in a cookie, and the rule that [`Origins`](crate::Origins) describes does not accept the
    /// request.
    CrossSiteRequest "cross_site_request"
    /// The token is longer than [`max_token_bytes`](crate::LogtoBuilder::max_token_bytes).
    OversizedToken "oversized_token"
    /// Instead of a token, the request has an OAuth error. Usually, a token request of the client failed.
    TokenRequestFailed "token_request_failed"
    /// Instead of a token, the request has a template that was not filled in, such as `$TOKEN`. Or it has the
    /// text that a client prints for a variable without a token, such as `undefined`.
    PlaceholderToken "placeholder_token"
    /// The token begins with the word `Bearer`. Usually, the header has the word twice.
    RepeatedBearer "repeated_bearer"
    /// The token is opaque. Usually, the client did not name a resource in its token request, or sent a
    /// refresh token instead of an access token.
    OpaqueToken "opaque_token"
    /// The token is a personal access token. The client must exchange it for an access token.
    PersonalAccessToken "personal_access_token"
    /// The token is a subject token for impersonation. The client must exchange it for an access token.
    SubjectToken "subject_token"
    /// The token is a JWT that ends before its signature.
    TruncatedToken "truncated_token"
    /// The header of the token does not have a `typ`, or its `typ` is `JWT`, as in ID tokens.
    IdToken "id_token"
    /// The header of the token lacks `alg`, or has no `kid` or an empty one. Or the header has a `crit`, or
    /// an `alg` or `typ` that is not accepted.
    UnacceptableHeader "unacceptable_header"
    /// The token is not three segments of canonical base64url, or its signature is too long. Or its header is
    /// not a JSON object with unique fields of the right types.
    MalformedToken "malformed_token"
    /// A claim is missing, empty or of the wrong type. Or the claims are not a JSON object with unique
    /// fields.
    InvalidClaims "invalid_claims"
    /// `aud` names an organization, and also something else. Or the organization's id in `aud` is empty, or
    /// differs from `organization_id`.
    ContradictoryOrganization "contradictory_organization"
    /// The claims do not fit the type of a [`Claims`](crate::Claims) argument.
    CustomClaimsDoNotFit "custom_claims_do_not_fit"
    /// The token has expired.
    Expired "expired"
    /// The `iat` or `nbf` of the token is in the future. Usually, the clocks of Logto and of this service
    /// differ.
    ClockSkew "clock_skew"
    /// The issuer is a trusted issuer without `/oidc` at the end.
    IssuerWithoutOidc "issuer_without_oidc"
    /// The issuer has the host and the path of a trusted issuer, but another port, such as the port of
    /// Logto's admin console. `localhost` and all loopback addresses are treated as one host.
    IssuerDiffersByPort "issuer_differs_by_port"
    /// The issuer differs from a trusted issuer only in the scheme, `http` or `https`. `localhost` and all
    /// loopback addresses are treated as one host.
    IssuerDiffersByScheme "issuer_differs_by_scheme"
    /// The issuer is not trusted, but ends with `/oidc`, like an issuer of Logto. Usually, the issuer has
    /// another domain than the trusted issuers, such as a custom domain of the same tenant.
    IssuerCustomDomain "issuer_custom_domain"
    /// The issuer is not trusted, and does not end with `/oidc`.
    UnknownIssuer "unknown_issuer"
    /// The key set has no usable key with the `kid` of the token.
    UnknownKey "unknown_key"
    /// The token's `kid` names a key whose algorithm differs from the token's `alg`.
    AlgorithmOfAnotherKey "algorithm_of_another_key"
    /// The signature does not match.
    BadSignature "bad_signature"
    /// A function given to [`deny_if`](crate::LogtoBuilder::deny_if) or
    /// [`deny_if_async`](crate::LogtoBuilder::deny_if_async) denied the caller.
    Denied "denied"
    /// A function given to [`deny_if_async`](crate::LogtoBuilder::deny_if_async) failed, did not
    /// answer in time, or was not called.
    DenyUnanswered "deny_unanswered"
    /// The application rejected the caller, with
    /// [`Rejection::forbidden`](crate::Rejection::forbidden), `invalid_token` or `unavailable`.
    Application "application"
    /// The token was revoked.
    Revoked "revoked"
    /// The token is so old that this service can't know whether it was revoked.
    OlderThanRevocations "older_than_revocations"
    /// The log of revocations has not been read, or the processes that receive webhooks have been
    /// silent for too long.
    RevocationsUnavailable "revocations_unavailable"
    /// The key set can't be fetched, or has no usable key.
    KeysUnavailable "keys_unavailable"
    /// The audience differs from the resource of the route only by slashes at the end.
    AudienceDiffersByTrailingSlash "audience_differs_by_trailing_slash"
    /// The audience is an organization, and the route needs a token for a resource.
    OrganizationTokenWithoutResource "organization_token_without_resource"
    /// The audience is not the resource of the route. On a route without a guard, the audience is not a
    /// resource of this service.
    InvalidAudience "invalid_audience"
    /// The token does not name an organization, and the route needs one.
    TokenWithoutOrganization "token_without_organization"
    /// The token is for a resource in an organization, and the route needs a token for the
    /// organization itself.
    ResourceTokenOnPermissionRoute "resource_token_on_permission_route"
    /// The token belongs to an organization, and the route accepts only tokens without an organization.
    OrganizationTokenOnGlobalRoute "organization_token_on_global_route"
    /// The organization of the token is not the one in the request, or the request does not clearly name an
    /// organization.
    OrganizationMismatch "organization_mismatch"
    /// The token belongs to a machine (M2M application) and the route requires a user, or the
    /// other way round.
    SubjectNotAccepted "subject_not_accepted"
    /// The token's subject is not the user that the path names, or the path does not clearly name a user.
    SubjectMismatch "subject_mismatch"
    /// The token was issued to a client that the route does not accept.
    ClientNotAccepted "client_not_accepted"
    /// The token has no scopes, and the route needs some.
    NoScopesGranted "no_scopes_granted"
    /// The token has scopes, but lacks scopes that the route needs.
    InsufficientScope "insufficient_scope"
    /// The program is misconfigured. The program's log says what to change.
    Misconfigured "misconfigured"
}

impl fmt::Display for RejectionCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
