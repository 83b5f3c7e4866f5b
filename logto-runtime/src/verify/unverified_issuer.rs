//! Reads the issuer of a token that is not verified, to choose the tenant that verifies it.

use crate::token::{access_token::AccessToken, claims::UnverifiedClaims, segments::Segments};

/// Returns the `iss` claim of a token, or `None` if the token can't be decoded or its claims can't be read.
///
/// Use the result only to choose a verifier, which checks the issuer again.
pub(crate) fn unverified_issuer(token: AccessToken<'_>, max_bytes: usize) -> Option<String> {
    let decoded = Segments::split(token, max_bytes).ok()?.decode().ok()?;
    let claims = UnverifiedClaims::parse(decoded.claims()).ok()?;
    Some(claims.issuer.into_owned())
}
