//! Encodes and signs tokens in the compact form (RFC 7515 §7.1).

use serde::Serialize;
use serde_json::Value;

use super::{
    fail_test::fail_test,
    members::{Members, base64url},
    signing_key::SigningKey,
};
use crate::token::algorithm::Algorithm;

/// The changes that a test makes to a header or to claims.
#[derive(Default)]
pub(super) struct Edits {
    members: Vec<(String, Option<Value>)>,
    raw: Option<Vec<u8>>,
}

impl Edits {
    #[track_caller]
    pub(super) fn set(&mut self, name: String, value: impl Serialize) {
        match serde_json::to_value(value) {
            Ok(value) => self.members.push((name, Some(value))),
            Err(error) => fail_test(format_args!("cannot serialize `{name}` to JSON: {error}")),
        }
    }

    pub(super) fn remove(&mut self, name: String) {
        self.members.push((name, None));
    }

    /// Uses these bytes instead of the changed JSON object.
    pub(super) fn replace(&mut self, raw: Vec<u8>) {
        self.raw = Some(raw);
    }

    /// Applies the changes and returns the bytes to sign.
    pub(super) fn apply(self, mut members: Members) -> Vec<u8> {
        for (name, value) in self.members {
            match value {
                Some(value) => members.set(&name, value),
                None => members.remove(&name),
            }
        }
        self.raw.unwrap_or_else(|| members.to_string().into_bytes())
    }
}

/// Returns an access token with these claims, in the form of the tenant's tokens.
pub(super) fn sign(key: &SigningKey, claims: &Members) -> String {
    let header = header(key, key.algorithm(), Some("at+jwt")).to_string();
    encode(
        key,
        key.algorithm(),
        header.as_bytes(),
        claims.to_string().as_bytes(),
        false,
    )
}

/// Returns the header of a token.
pub(super) fn header(key: &SigningKey, algorithm: Algorithm, typ: Option<&str>) -> Members {
    Members::default()
        .with("alg", algorithm.name())
        .with_some("typ", typ)
        .with("kid", key.kid())
}

/// Encodes and signs a token (RFC 7515 §5.1). `tampered` flips one bit of the signature.
pub(super) fn encode(
    key: &SigningKey,
    algorithm: Algorithm,
    header: &[u8],
    claims: &[u8],
    tampered: bool,
) -> String {
    let message = format!("{}.{}", base64url(header), base64url(claims));
    let mut signature = key.sign(algorithm, message.as_bytes());
    if let (true, Some(last)) = (tampered, signature.last_mut()) {
        *last ^= 1;
    }
    format!("{message}.{}", base64url(signature))
}
