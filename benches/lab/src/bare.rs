//! Checks only the signatures of tokens. Other measurements compare the verification of an uncached token
//! with this check.

use std::hint::black_box;

use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED, ECDSA_P384_SHA384_FIXED, ED25519, ParsedPublicKey,
    RSA_PKCS1_2048_8192_SHA256, RsaPublicKeyComponents,
};
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use logto_runtime::Algorithm;
use serde_json::Value;

use crate::{
    case::{Case, Work},
    signed::{Key, Signed},
};

pub fn cases(counts: (u64, u64)) -> [Case; 4] {
    [
        ("bare check, ES384", Algorithm::ES384),
        ("bare check, ES256", Algorithm::ES256),
        ("bare check, RS256", Algorithm::RS256),
        ("bare check, EdDSA", Algorithm::EdDSA),
    ]
    .map(|(name, algorithm)| {
        let signed = move || Key::Of(algorithm).sign(1);
        Case::new(name, counts, move || check_in_turn(&signed()))
    })
}

/// Checks the signatures of the tokens in turn. If there is only one token, the processor learns to predict
/// the branches of the check. With elliptic curves, that saves up to a tenth of the time.
pub fn check_in_turn(signed: &Signed) -> Work {
    let key = parse(signed.algorithm, &signed.key_set);
    let signed: Vec<(String, Vec<u8>)> = (signed.tokens.iter())
        .map(|token| {
            let (signed, signature) = token.rsplit_once('.').expect("three segments");
            (signed.to_owned(), decode(signature))
        })
        .collect();
    let (mut next, tokens) = (0, signed.len());
    Box::new(move |count| {
        for _ in 0..count {
            let (signed, signature) = &signed[next];
            black_box(&key)
                .verify_sig(black_box(signed.as_bytes()), black_box(signature))
                .expect("a good signature");
            next = (next + 1) % tokens;
        }
    })
}

/// Parses the key as `logto-runtime` does.
fn parse(algorithm: Algorithm, key_set: &str) -> ParsedPublicKey {
    let key_set: Value = serde_json::from_str(key_set).expect("a key set");
    let field = |name: &str| decode(key_set["keys"][0][name].as_str().expect("a field"));
    match algorithm {
        Algorithm::RS256 => {
            let (n, e) = (field("n"), field("e"));
            let components = RsaPublicKeyComponents { n: &n, e: &e };
            components
                .to_parsed_public_key(&RSA_PKCS1_2048_8192_SHA256)
                .expect("a key")
        }
        Algorithm::EdDSA => ParsedPublicKey::new(&ED25519, field("x")).expect("a key"),
        curve => {
            let point = [vec![4], field("x"), field("y")].concat();
            let parsed = match curve {
                Algorithm::ES256 => ParsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, point),
                _ => ParsedPublicKey::new(&ECDSA_P384_SHA384_FIXED, point),
            };
            parsed.expect("a key")
        }
    }
}

fn decode(segment: &str) -> Vec<u8> {
    BASE64_URL_SAFE_NO_PAD.decode(segment).expect("base64url")
}
