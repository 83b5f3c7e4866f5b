//! Reads a JWK (RFC 7517 §4). The result is a verification key, or the reason why the JWK is not used.

use std::{
    fmt,
    sync::atomic::{AtomicBool, Ordering},
};

use jsonwebtoken::jwk::{
    AlgorithmParameters, EllipticCurve, Jwk, KeyAlgorithm, KeyOperations, PublicKeyUse,
};
use serde::Deserialize;
use serde_json::Value;

use super::prepared_key::{BadSignature, PreparedKey, PublicKey};
use crate::token::{algorithm::Algorithm, base64url};

/// A public key of the key set, prepared once and bound to one algorithm.
pub(crate) struct VerificationKey {
    key_id: Box<str>,
    algorithm: Algorithm,
    /// The decoded public key, which [`same_as`](Self::same_as) compares.
    material: Box<[u8]>,
    prepared: PreparedKey,
    retired: AtomicBool,
    #[cfg(all(test, feature = "test-util"))]
    retires_when_checked: AtomicBool,
    /// How many signatures were checked with this key.
    #[cfg(all(test, feature = "test-util"))]
    checks: std::sync::atomic::AtomicU64,
}

/// Why a JWK is not used. The usable keys of its set are still used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum KeyError {
    /// It is not a JWK, or its `kty` or `crv` is not supported.
    #[error("it is not a JWK of a supported kind")]
    Foreign,
    /// It has no `kid`, or an empty one.
    #[error("it has no kid, or an empty one")]
    NoKeyId,
    /// Its `use` or `key_ops` does not allow it to verify signatures (RFC 7517 §4.2 and §4.3).
    #[error("its use or key_ops does not allow it to verify signatures")]
    NotForSignatures,
    /// Its `alg` contradicts its `kty` or `crv`, or is not supported.
    #[error("its alg is not supported for its key type and curve")]
    AlgorithmContradicts,
    /// Its material is not a sound public key, or is an RSA key of an unsupported size.
    #[error("its key material is invalid, or its RSA key is not 2048 to 8192 bits")]
    Material,
    /// A different key of the set has the same `kid`.
    #[error("another key of the set has the same kid")]
    KeyIdTwice,
}

impl VerificationKey {
    /// Reads one JWK of a key set.
    pub(crate) fn parse(json: &Value) -> Result<Self, KeyError> {
        let jwk = Jwk::deserialize(json).map_err(|_| KeyError::Foreign)?;
        let key_id = jwk.common.key_id.as_deref().filter(|id| !id.is_empty());
        let key_id = key_id.ok_or(KeyError::NoKeyId)?;
        for_signatures(&jwk)?;
        let algorithm = algorithm(&jwk, json)?;
        let (material, prepared) = prepare(&jwk, algorithm).ok_or(KeyError::Material)?;
        Ok(Self {
            key_id: key_id.into(),
            algorithm,
            material,
            prepared,
            retired: AtomicBool::new(false),
            #[cfg(all(test, feature = "test-util"))]
            checks: std::sync::atomic::AtomicU64::new(0),
            #[cfg(all(test, feature = "test-util"))]
            retires_when_checked: AtomicBool::new(false),
        })
    }

    pub(crate) fn key_id(&self) -> &str {
        &self.key_id
    }

    pub(crate) fn algorithm(&self) -> Algorithm {
        self.algorithm
    }

    /// Returns whether both keys have the same `kid`, algorithm and material.
    pub(crate) fn same_as(&self, other: &Self) -> bool {
        self.key_id == other.key_id
            && self.algorithm == other.algorithm
            && self.material == other.material
    }

    /// Checks a signature over exactly these bytes.
    pub(crate) fn verify(&self, message: &[u8], signature: &[u8]) -> Result<(), BadSignature> {
        #[cfg(all(test, feature = "test-util"))]
        {
            self.checks.fetch_add(1, Ordering::Relaxed);
            if self.retires_when_checked.load(Ordering::Relaxed) {
                self.retire();
            }
        }
        self.prepared.verify(message, signature)
    }

    /// Makes each later check of a signature retire the key. In production, a concurrent refresh can
    /// retire a key during a check.
    #[cfg(all(test, feature = "test-util"))]
    pub(crate) fn retire_when_checked(&self) {
        self.retires_when_checked.store(true, Ordering::Relaxed);
    }

    #[cfg(all(test, feature = "test-util"))]
    pub(crate) fn checks(&self) -> u64 {
        self.checks.load(Ordering::Relaxed)
    }

    /// Marks the key as retired. Before a newer key set is published, `KeySet::retire_keys_missing_in` calls
    /// this method on each key that the newer set does not contain.
    ///
    /// Tokens that were verified with this key are then rejected, even if they are in the token cache. The
    /// verifier calls [`is_retired`](Self::is_retired) before it accepts a token.
    pub(crate) fn retire(&self) {
        self.retired.store(true, Ordering::Release);
    }

    pub(crate) fn is_retired(&self) -> bool {
        self.retired.load(Ordering::Acquire)
    }
}

impl fmt::Debug for VerificationKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("VerificationKey")
            .field("key_id", &self.key_id)
            .field("algorithm", &self.algorithm)
            .finish_non_exhaustive()
    }
}

/// Fails if the `use` or the `key_ops` of a key does not allow it to verify signatures (RFC 7517 §4.2 and
/// §4.3). Both fields are optional.
fn for_signatures(jwk: &Jwk) -> Result<(), KeyError> {
    let intended = matches!(
        jwk.common.public_key_use,
        None | Some(PublicKeyUse::Signature)
    );
    let operations = jwk.common.key_operations.as_ref();
    if intended && operations.is_none_or(|all| all.contains(&KeyOperations::Verify)) {
        return Ok(());
    }
    Err(KeyError::NotForSignatures)
}

/// Returns the one algorithm of a key: its `alg`, if the key has one. Without an `alg`, an RSA key is for
/// RS256, and any other key is for the algorithm of its curve. The verifier rejects a token whose `alg`
/// differs.
///
/// The RSA keys of Logto have no `alg`, and are for RS256. If a key were for several algorithms, the token
/// would choose the algorithm (RFC 8725 §3.1).
fn algorithm(jwk: &Jwk, json: &Value) -> Result<Algorithm, KeyError> {
    use Algorithm::{ES256, ES384, ES512, EdDSA, PS256, PS384, PS512, RS256, RS384, RS512};
    let possible: &[Algorithm] = match &jwk.algorithm {
        AlgorithmParameters::RSA(_) => &[RS256, RS384, RS512, PS256, PS384, PS512],
        AlgorithmParameters::EllipticCurve(ec) => match ec.curve {
            EllipticCurve::P256 => &[ES256],
            EllipticCurve::P384 => &[ES384],
            EllipticCurve::P521 => &[ES512],
            _ => return Err(KeyError::Foreign),
        },
        AlgorithmParameters::OctetKeyPair(okp) if okp.curve == EllipticCurve::Ed25519 => &[EdDSA],
        _ => return Err(KeyError::Foreign),
    };
    let stated = match jwk.common.key_algorithm {
        None => return Ok(possible[0]),
        // `KeyAlgorithm` has no variant for ES512, so `alg` is read from the JSON.
        Some(KeyAlgorithm::UNKNOWN_ALGORITHM) => json.get("alg").and_then(Value::as_str),
        Some(known) => return named(&known.to_string(), possible),
    };
    named(stated.unwrap_or_default(), possible)
}

/// Returns the algorithm with this name, if it is possible for the key.
fn named(name: &str, possible: &[Algorithm]) -> Result<Algorithm, KeyError> {
    Algorithm::from_name(name)
        .filter(|algorithm| possible.contains(algorithm))
        .ok_or(KeyError::AlgorithmContradicts)
}

/// Decodes the public key of a JWK and prepares it. Returns `None` if the key is malformed or invalid.
fn prepare(jwk: &Jwk, algorithm: Algorithm) -> Option<(Box<[u8]>, PreparedKey)> {
    let decode = |text: &str| base64url::decode(text.as_bytes());
    match &jwk.algorithm {
        AlgorithmParameters::RSA(rsa) => {
            let (modulus, exponent) = (decode(&rsa.n)?, decode(&rsa.e)?);
            let public = PublicKey::Rsa {
                modulus: &modulus,
                exponent: &exponent,
            };
            let prepared = PreparedKey::new(algorithm, &public)?;
            let modulus_bytes = (modulus.len() as u64).to_be_bytes();
            let material = [&modulus_bytes[..], &modulus, &exponent].concat();
            Some((material.into(), prepared))
        }
        AlgorithmParameters::EllipticCurve(ec) => {
            let (x, y) = (decode(&ec.x)?, decode(&ec.y)?);
            let public = PublicKey::EllipticCurve { x: &x, y: &y };
            let prepared = PreparedKey::new(algorithm, &public)?;
            Some(([x, y].concat().into(), prepared))
        }
        AlgorithmParameters::OctetKeyPair(okp) => {
            let x = decode(&okp.x)?;
            let prepared = PreparedKey::new(algorithm, &PublicKey::Edwards { x: &x })?;
            Some((x.into(), prepared))
        }
        _ => None,
    }
}
