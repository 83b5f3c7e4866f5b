//! [`NoToken`]: why a request has no access token that could be verified.

use crate::token::{access_token::AccessToken, bearer::BearerError};

/// Why a request has no access token that could be verified.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum NoToken {
    /// The `Authorization` header is missing, repeated, or without a bearer token.
    #[error(transparent)]
    Bearer(#[from] BearerError),
    /// The configured sources have nothing.
    #[error("the request has no access token in the places that token_source names")]
    Missing,
    /// Two sources have something, a configured cookie is sent twice, or the subprotocol `bearer` is offered
    /// twice.
    #[error(
        "the request has something in two places for the access token, or two tokens in one place; \
         send one token, in one place"
    )]
    Several,
    /// The subprotocol `bearer` is not in lower case, or no protocol follows it.
    #[error(
        "the Sec-WebSocket-Protocol header has no token after the protocol \"bearer\"; open the \
         socket with the protocols \"bearer\" and the token, in this order"
    )]
    NotBearerProtocol,
    /// The token is in a cookie, and [`Origins`](super::Origins) does not accept the request.
    #[error(
        "the token is in a cookie, and the request does not come from an accepted origin; call from \
         the origin of this API, or list the caller's origin in token_source"
    )]
    CrossSite,
}

impl NoToken {
    /// Whether the sources are empty. A source with something unusable is not empty.
    pub(crate) fn is_absence(self) -> bool {
        matches!(self, Self::Missing | Self::Bearer(BearerError::Missing))
    }
}

/// What a source has: nothing, a token, or something unusable.
pub(super) type Found<'h> = Option<Result<AccessToken<'h>, NoToken>>;
