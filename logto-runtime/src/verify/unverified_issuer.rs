//! Reads the issuer of an unverified token. The issuer decides which tenant verifies the token.

use crate::token::{access_token::AccessToken, claims::UnverifiedClaims, segments::Segments};

/// Returns the `iss` claim of a token. Returns `None` if the token or its claims can't be parsed.
///
/// Use the result only to choose a verifier, which checks the issuer again.
pub(crate) fn unverified_issuer(token: AccessToken<'_>, max_bytes: usize) -> Option<String> {
    let decoded = Segments::split(token, max_bytes).ok()?.decode().ok()?;
    let claims = UnverifiedClaims::parse(decoded.claims()).ok()?;
    Some(claims.issuer.into_owned())
}
