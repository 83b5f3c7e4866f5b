//! Private keys that sign tokens, and their public keys as JWKs.
//!
//! The input is an algorithm. The output is a [`SigningKey`], which signs messages and returns its
//! JWK.
//!
//! - There are keys for every [`Algorithm`].
//! - The `kid` is the RFC 7638 thumbprint, unless a test changes it.
//! - JWKs of EC keys and of RS256 keys have the fields that were recorded from Logto, in the same order.
//! - JWKs of other keys were not recorded. They are written in the same way.
//!
//! The tests verify signatures with the public key in the JWK.

use std::{fmt, sync::Arc};

use aws_lc_rs::{
    digest,
    rand::SystemRandom,
    rsa::KeySize,
    signature::{
        ECDSA_P256_SHA256_FIXED_SIGNING, ECDSA_P384_SHA384_FIXED_SIGNING,
        ECDSA_P521_SHA512_FIXED_SIGNING, EcdsaKeyPair, EcdsaSigningAlgorithm, Ed25519KeyPair,
        KeyPair, RSA_PKCS1_SHA256, RSA_PKCS1_SHA384, RSA_PKCS1_SHA512, RSA_PSS_SHA256,
        RSA_PSS_SHA384, RSA_PSS_SHA512, RsaEncoding, RsaKeyPair,
    },
};

use super::{
    fail_test::fail_test,
    members::{Members, base64url},
};
use crate::token::algorithm::Algorithm;

/// A private key with a `kid`.
///
/// The tenant makes its own keys. [`generate`](Self::generate) makes other keys, for tokens that are not
/// signed by the tenant.
#[derive(Clone)]
pub struct SigningKey {
    kid: String,
    algorithm: Algorithm,
    public: Public,
    pair: Arc<Pair>,
}

enum Pair {
    Ec(EcdsaKeyPair),
    Rsa(RsaKeyPair),
    Ed25519(Ed25519KeyPair),
}

/// The fields of a JWK that describe the public key.
#[derive(Clone)]
enum Public {
    Ec {
        curve: &'static str,
        x: String,
        y: String,
    },
    Rsa {
        e: String,
        n: String,
    },
    Ed25519 {
        x: String,
    },
}

impl SigningKey {
    /// Generates a key.
    ///
    /// RSA keys have 2048 bits. The `kid` is the key's thumbprint (RFC 7638).
    ///
    /// # Panics
    ///
    /// Panics if the crypto library cannot generate a key.
    #[must_use]
    #[track_caller]
    pub fn generate(algorithm: Algorithm) -> Self {
        use Algorithm::{ES256, ES384, ES512, EdDSA, PS256, PS384, PS512, RS256, RS384, RS512};
        let (pair, public) = match algorithm {
            ES256 => ec("P-256", &ECDSA_P256_SHA256_FIXED_SIGNING),
            ES384 => ec("P-384", &ECDSA_P384_SHA384_FIXED_SIGNING),
            ES512 => ec("P-521", &ECDSA_P521_SHA512_FIXED_SIGNING),
            RS256 | RS384 | RS512 | PS256 | PS384 | PS512 => rsa(),
            EdDSA => ed25519(),
        };
        Self {
            kid: public.thumbprint(),
            algorithm,
            public,
            pair: Arc::new(pair),
        }
    }

    /// Changes the `kid`.
    #[must_use]
    pub fn with_kid(mut self, kid: impl Into<String>) -> Self {
        self.kid = kid.into();
        self
    }

    /// Returns the `kid` that key sets and token headers use for this key.
    #[must_use]
    pub fn kid(&self) -> &str {
        &self.kid
    }

    /// Returns the algorithm that the key was generated for.
    #[must_use]
    pub fn algorithm(&self) -> Algorithm {
        self.algorithm
    }

    /// Returns the public key as a JWK, in the form that Logto publishes.
    ///
    /// The JWK of a key for RS256 does not have the field `alg`.
    #[must_use]
    pub fn jwk_json(&self) -> String {
        self.jwk().to_string()
    }

    pub(super) fn jwk(&self) -> Members {
        let alg = (self.algorithm != Algorithm::RS256).then(|| self.algorithm.name());
        let members = Members::default()
            .with("kty", self.public.key_type())
            .with("use", "sig")
            .with("kid", self.kid.as_str())
            .with_some("alg", alg);
        match &self.public {
            Public::Ec { curve, x, y } => members
                .with("crv", *curve)
                .with("x", x.as_str())
                .with("y", y.as_str()),
            Public::Rsa { e, n } => members.with("e", e.as_str()).with("n", n.as_str()),
            Public::Ed25519 { x } => members.with("crv", "Ed25519").with("x", x.as_str()),
        }
    }

    /// Whether this key can sign with the algorithm. An RSA key can sign with all six RSA algorithms.
    pub(super) fn can_sign(&self, algorithm: Algorithm) -> bool {
        match &*self.pair {
            Pair::Rsa(_) => rsa_encoding(algorithm).is_some(),
            Pair::Ec(_) | Pair::Ed25519(_) => algorithm == self.algorithm,
        }
    }

    #[track_caller]
    pub(super) fn sign(&self, algorithm: Algorithm, message: &[u8]) -> Vec<u8> {
        let rng = SystemRandom::new();
        let signature = match (&*self.pair, rsa_encoding(algorithm)) {
            (Pair::Rsa(pair), Some(encoding)) => {
                let mut signature = vec![0; pair.public_modulus_len()];
                pair.sign(encoding, &rng, message, &mut signature)
                    .map(|()| signature)
            }
            (Pair::Ec(pair), None) if algorithm == self.algorithm => pair
                .sign(&rng, message)
                .map(|signature| signature.as_ref().to_vec()),
            (Pair::Ed25519(pair), None) if algorithm == self.algorithm => pair
                .try_sign(message)
                .map(|signature| signature.as_ref().to_vec()),
            _ => fail_test(format_args!(
                "a key made for {} cannot sign {algorithm}",
                self.algorithm
            )),
        };
        signature.unwrap_or_else(|_| fail_test(format_args!("signing with {algorithm} failed")))
    }
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SigningKey")
            .field("kid", &self.kid)
            .field("algorithm", &self.algorithm)
            .finish_non_exhaustive()
    }
}

impl Public {
    fn key_type(&self) -> &'static str {
        match self {
            Self::Ec { .. } => "EC",
            Self::Rsa { .. } => "RSA",
            Self::Ed25519 { .. } => "OKP",
        }
    }

    /// Returns the thumbprint, a digest of the required fields in lexicographic order (RFC 7638 §3).
    fn thumbprint(&self) -> String {
        let kty = self.key_type();
        let members = match self {
            Self::Ec { curve, x, y } => Members::default()
                .with("crv", *curve)
                .with("kty", kty)
                .with("x", x.as_str())
                .with("y", y.as_str()),
            Self::Rsa { e, n } => Members::default()
                .with("e", e.as_str())
                .with("kty", kty)
                .with("n", n.as_str()),
            Self::Ed25519 { x } => Members::default()
                .with("crv", "Ed25519")
                .with("kty", kty)
                .with("x", x.as_str()),
        };
        base64url(digest::digest(
            &digest::SHA256,
            members.to_string().as_bytes(),
        ))
    }
}

fn ec(curve: &'static str, algorithm: &'static EcdsaSigningAlgorithm) -> (Pair, Public) {
    let pair = EcdsaKeyPair::generate(algorithm)
        .unwrap_or_else(|_| fail_test(format_args!("could not generate a key on {curve}")));
    // An uncompressed point is one byte, then two coordinates of equal length (SEC 1 §2.3.3).
    let point = pair.public_key().as_ref();
    let (x, y) = point[1..].split_at(point.len() / 2);
    let public = Public::Ec {
        curve,
        x: base64url(x),
        y: base64url(y),
    };
    (Pair::Ec(pair), public)
}

fn rsa() -> (Pair, Public) {
    let pair = RsaKeyPair::generate(KeySize::Rsa2048)
        .unwrap_or_else(|_| fail_test("could not generate an RSA key"));
    let public = Public::Rsa {
        e: base64url(
            pair.public_key()
                .exponent()
                .big_endian_without_leading_zero(),
        ),
        n: base64url(
            pair.public_key()
                .modulus()
                .big_endian_without_leading_zero(),
        ),
    };
    (Pair::Rsa(pair), public)
}

fn ed25519() -> (Pair, Public) {
    let pair = Ed25519KeyPair::generate()
        .unwrap_or_else(|_| fail_test("could not generate an Ed25519 key"));
    let public = Public::Ed25519 {
        x: base64url(pair.public_key()),
    };
    (Pair::Ed25519(pair), public)
}

/// Returns the RSA encoding of an RSA algorithm, or `None` for other algorithms.
fn rsa_encoding(algorithm: Algorithm) -> Option<&'static dyn RsaEncoding> {
    Some(match algorithm {
        Algorithm::RS256 => &RSA_PKCS1_SHA256,
        Algorithm::RS384 => &RSA_PKCS1_SHA384,
        Algorithm::RS512 => &RSA_PKCS1_SHA512,
        Algorithm::PS256 => &RSA_PSS_SHA256,
        Algorithm::PS384 => &RSA_PSS_SHA384,
        Algorithm::PS512 => &RSA_PSS_SHA512,
        Algorithm::ES256 | Algorithm::ES384 | Algorithm::ES512 | Algorithm::EdDSA => return None,
    })
}

#[cfg(test)]
mod tests;
