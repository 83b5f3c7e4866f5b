//! [`Verified`] tokens that were not checked, for tests.

use std::sync::Arc;

use serde_json::{Value, json};

use super::verified::Verified;
use crate::{jwks::VerificationKey, token::claims::UnverifiedClaims};

/// Returns a token with these bytes and only the required claims.
pub(crate) fn verified(token: &[u8]) -> Arc<Verified> {
    let claims = json!({
        "iss": "i", "sub": "s", "aud": "a", "client_id": "c", "jti": "j", "exp": 2, "iat": 1,
    });
    let claims = claims.to_string();
    let claims = UnverifiedClaims::parse(claims.as_bytes()).unwrap();
    Arc::new(verified_claims(token, &claims))
}

/// Returns a token with these bytes and claims.
pub(crate) fn verified_claims(token: &[u8], claims: &UnverifiedClaims<'_>) -> Verified {
    let examples = include_str!("../jwks/rfc_examples.json");
    let examples: Value = serde_json::from_str(examples).unwrap();
    let mut jwk = examples[1]["jwk"].clone();
    jwk["kid"] = json!("k");
    let key = Arc::new(VerificationKey::parse(&jwk).unwrap());
    Verified::new(token, claims, key)
}
