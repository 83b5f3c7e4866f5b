//! [`PreparedKey`], which checks the signatures of tokens with `aws-lc-rs`. Of the files that verify tokens,
//! only this one uses that crate.

use std::fmt;

use aws_lc_rs::signature::{self as lc, ParsedPublicKey, RsaPublicKeyComponents};

use super::{ed25519_order::has_small_order, rsa_key_size::rsa_is_sound};
use crate::token::algorithm::Algorithm;

/// A public key, parsed once and bound to one algorithm.
pub(crate) struct PreparedKey {
    key: ParsedPublicKey,
    signature_bytes: usize,
}

/// The error for a signature that does not match.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct BadSignature;

/// The decoded public key of a JWK.
#[derive(Debug)]
pub(crate) enum PublicKey<'a> {
    /// An RSA key (RFC 7518 §6.3.1).
    Rsa {
        modulus: &'a [u8],
        exponent: &'a [u8],
    },
    /// An elliptic curve key (RFC 7518 §6.2.1). Each coordinate must have the length of a field element: 32,
    /// 48 or 66 bytes.
    EllipticCurve { x: &'a [u8], y: &'a [u8] },
    /// An Ed25519 key (RFC 8037 §2).
    Edwards { x: &'a [u8] },
}

impl PreparedKey {
    /// Prepares a key. Returns `None` if the material is not a sound key for the algorithm.
    pub(crate) fn new(algorithm: Algorithm, public: &PublicKey<'_>) -> Option<Self> {
        match *public {
            PublicKey::Rsa { modulus, exponent } => Self::rsa(algorithm, modulus, exponent),
            PublicKey::EllipticCurve { x, y } => Self::elliptic_curve(algorithm, x, y),
            PublicKey::Edwards { x } => Self::edwards(algorithm, x),
        }
    }

    /// Checks a signature over exactly these bytes (RFC 7515 §5.2, step 8). ECDSA signatures are
    /// `R || S` (RFC 7518 §3.4), never DER.
    pub(crate) fn verify(&self, message: &[u8], signature: &[u8]) -> Result<(), BadSignature> {
        if signature.len() != self.signature_bytes {
            return Err(BadSignature);
        }
        self.key
            .verify_sig(message, signature)
            .map_err(|_| BadSignature)
    }

    fn rsa(algorithm: Algorithm, modulus: &[u8], exponent: &[u8]) -> Option<Self> {
        let parameters = match algorithm {
            Algorithm::RS256 => &lc::RSA_PKCS1_2048_8192_SHA256,
            Algorithm::RS384 => &lc::RSA_PKCS1_2048_8192_SHA384,
            Algorithm::RS512 => &lc::RSA_PKCS1_2048_8192_SHA512,
            Algorithm::PS256 => &lc::RSA_PSS_2048_8192_SHA256,
            Algorithm::PS384 => &lc::RSA_PSS_2048_8192_SHA384,
            Algorithm::PS512 => &lc::RSA_PSS_2048_8192_SHA512,
            _ => return None,
        };
        if !rsa_is_sound(modulus, exponent) {
            return None;
        }
        let components = RsaPublicKeyComponents {
            n: modulus,
            e: exponent,
        };
        Some(Self {
            key: components.to_parsed_public_key(parameters).ok()?,
            signature_bytes: modulus.len(),
        })
    }

    fn elliptic_curve(algorithm: Algorithm, x: &[u8], y: &[u8]) -> Option<Self> {
        let (parameters, field_bytes): (&'static lc::EcdsaVerificationAlgorithm, _) =
            match algorithm {
                Algorithm::ES256 => (&lc::ECDSA_P256_SHA256_FIXED, 32),
                Algorithm::ES384 => (&lc::ECDSA_P384_SHA384_FIXED, 48),
                Algorithm::ES512 => (&lc::ECDSA_P521_SHA512_FIXED, 66),
                _ => return None,
            };
        if x.len() != field_bytes || y.len() != field_bytes {
            return None;
        }
        // An uncompressed point: the byte 4, then both coordinates (SEC 1 §2.3.3).
        let point = [&[4], x, y].concat();
        Some(Self {
            key: ParsedPublicKey::new(parameters, point).ok()?,
            signature_bytes: 2 * field_bytes,
        })
    }

    fn edwards(algorithm: Algorithm, x: &[u8]) -> Option<Self> {
        if algorithm != Algorithm::EdDSA || x.len() != 32 || has_small_order(x) {
            return None;
        }
        Some(Self {
            key: ParsedPublicKey::new(&lc::ED25519, x).ok()?,
            signature_bytes: 64,
        })
    }
}

impl fmt::Debug for PreparedKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PreparedKey")
    }
}

#[cfg(test)]
#[path = "prepared_key_tests.rs"]
mod tests;
