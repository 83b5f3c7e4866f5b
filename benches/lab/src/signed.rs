//! Tokens, and the key set that has their public key.

use std::{fmt, rc::Rc};

use aws_lc_rs::{
    rand::SystemRandom,
    rsa::KeySize,
    signature::{KeyPair as _, RSA_PKCS1_SHA256, RsaKeyPair},
};
use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD};
use logto_runtime::{Algorithm, LogtoBuilder, test_util::TestTenant};
use serde_json::json;

use crate::tenant;

/// A kind of key that signs tokens.
#[derive(Clone, Copy)]
pub enum Key {
    /// A key of a test tenant. An RSA key of a test tenant has only 2,048 bits, so it is generated fast.
    Of(Algorithm),
    /// An RSA key as Logto generates it, with 4,096 bits.
    Rsa4096,
}

/// Tokens that are signed with one key.
pub struct Signed {
    pub algorithm: Algorithm,
    pub key_set: String,
    pub tokens: Vec<String>,
    tenant: TestTenant,
    has_own_keys: bool,
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Of(Algorithm::RS256) => f.write_str("RS256 (2,048 bits)"),
            Self::Of(algorithm) => write!(f, "{algorithm}"),
            Self::Rsa4096 => f.write_str("RS256 (4,096 bits)"),
        }
    }
}

impl Key {
    /// Signs this many different tokens.
    pub fn sign(self, tokens: usize) -> Rc<Signed> {
        let algorithm = match self {
            Self::Of(algorithm) => algorithm,
            Self::Rsa4096 => Algorithm::RS256,
        };
        let tenant = tenant::start(algorithm);
        let mut signed = Signed {
            algorithm,
            key_set: tenant.jwks_json(),
            tokens: (0..tokens).map(|_| tenant::token(&tenant).mint()).collect(),
            tenant,
            has_own_keys: false,
        };
        if matches!(self, Self::Rsa4096) {
            signed.sign_again();
        }
        Rc::new(signed)
    }
}

impl Signed {
    /// Returns a builder for the tenant of the tokens.
    pub fn logto(&self) -> LogtoBuilder {
        let logto = tenant::logto(&self.tenant);
        match self.has_own_keys {
            true => logto.jwks_json(&*self.key_set),
            false => logto,
        }
    }

    /// Generates an RSA key with 4,096 bits, replaces the key set, and signs the tokens anew.
    fn sign_again(&mut self) {
        let base64url = |bytes: &[u8]| BASE64_URL_SAFE_NO_PAD.encode(bytes);
        let key = RsaKeyPair::generate(KeySize::Rsa4096).expect("a key");
        let public = key.public_key();
        let member = |bytes: &[u8]| base64url(bytes);
        let (n, e) = (public.modulus(), public.exponent());
        let (n, e) = (
            member(n.big_endian_without_leading_zero()),
            member(e.big_endian_without_leading_zero()),
        );
        let jwk = json!({ "kty": "RSA", "use": "sig", "kid": "rsa-4096", "n": n, "e": e });
        self.key_set = json!({ "keys": [jwk] }).to_string();
        self.has_own_keys = true;
        let header = json!({ "alg": "RS256", "typ": "at+jwt", "kid": "rsa-4096" });
        let header = base64url(header.to_string().as_bytes());
        for token in &mut self.tokens {
            let claims = token.split('.').nth(1).expect("three segments");
            let input = format!("{header}.{claims}");
            let mut signature = vec![0; key.public_modulus_len()];
            key.sign(
                &RSA_PKCS1_SHA256,
                &SystemRandom::new(),
                input.as_bytes(),
                &mut signature,
            )
            .expect("a signature");
            *token = format!("{input}.{}", base64url(&signature));
        }
    }
}
