//! Tests of signatures with every algorithm, and of JWKs.

use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED, ECDSA_P384_SHA384_FIXED, ECDSA_P521_SHA512_FIXED, ED25519,
    RSA_PKCS1_2048_8192_SHA256, RSA_PKCS1_2048_8192_SHA384, RSA_PKCS1_2048_8192_SHA512,
    RSA_PSS_2048_8192_SHA256, RSA_PSS_2048_8192_SHA384, RSA_PSS_2048_8192_SHA512, RsaParameters,
    RsaPublicKeyComponents, UnparsedPublicKey, VerificationAlgorithm,
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::Value;

use super::*;

const MESSAGE: &[u8] = b"header.claims";

fn decoded(jwk: &Value, field: &str) -> Vec<u8> {
    URL_SAFE_NO_PAD
        .decode(jwk[field].as_str().unwrap())
        .unwrap()
}

/// Whether the public key in the JWK verifies the signature.
fn verifies(key: &SigningKey, algorithm: Algorithm, signature: &[u8]) -> bool {
    let jwk: Value = serde_json::from_str(&key.jwk_json()).unwrap();
    let plain = |algorithm: &'static dyn VerificationAlgorithm, public: Vec<u8>| {
        UnparsedPublicKey::new(algorithm, public)
            .verify(MESSAGE, signature)
            .is_ok()
    };
    let point = || [vec![4], decoded(&jwk, "x"), decoded(&jwk, "y")].concat();
    let rsa = |parameters: &RsaParameters| {
        let (n, e) = (decoded(&jwk, "n"), decoded(&jwk, "e"));
        RsaPublicKeyComponents { n, e }
            .verify(parameters, MESSAGE, signature)
            .is_ok()
    };
    match algorithm {
        Algorithm::ES256 => plain(&ECDSA_P256_SHA256_FIXED, point()),
        Algorithm::ES384 => plain(&ECDSA_P384_SHA384_FIXED, point()),
        Algorithm::ES512 => plain(&ECDSA_P521_SHA512_FIXED, point()),
        Algorithm::RS256 => rsa(&RSA_PKCS1_2048_8192_SHA256),
        Algorithm::RS384 => rsa(&RSA_PKCS1_2048_8192_SHA384),
        Algorithm::RS512 => rsa(&RSA_PKCS1_2048_8192_SHA512),
        Algorithm::PS256 => rsa(&RSA_PSS_2048_8192_SHA256),
        Algorithm::PS384 => rsa(&RSA_PSS_2048_8192_SHA384),
        Algorithm::PS512 => rsa(&RSA_PSS_2048_8192_SHA512),
        Algorithm::EdDSA => plain(&ED25519, decoded(&jwk, "x")),
    }
}

#[test]
fn the_jwk_verifies_signatures_of_its_key_for_every_algorithm() {
    for algorithm in Algorithm::ALL {
        let key = SigningKey::generate(algorithm);
        let mut signature = key.sign(algorithm, MESSAGE);
        assert!(verifies(&key, algorithm, &signature), "{algorithm}");
        signature[0] ^= 1;
        assert!(!verifies(&key, algorithm, &signature), "{algorithm}");
    }
}

#[test]
fn the_fields_of_a_jwk_have_a_fixed_order() {
    for (algorithm, fields) in [
        (
            Algorithm::ES384,
            r#"{"kty":"EC","use":"sig","kid":"*","alg":"ES384","crv":"P-384","x":""#,
        ),
        (
            Algorithm::RS256,
            r#"{"kty":"RSA","use":"sig","kid":"*","e":"AQAB","n":""#,
        ),
        // The JWKs of the next two keys were not recorded from Logto.
        (
            Algorithm::PS256,
            r#"{"kty":"RSA","use":"sig","kid":"*","alg":"PS256","e":"AQAB","n":""#,
        ),
        (
            Algorithm::EdDSA,
            r#"{"kty":"OKP","use":"sig","kid":"*","alg":"EdDSA","crv":"Ed25519","x":""#,
        ),
    ] {
        let jwk = SigningKey::generate(algorithm).with_kid("*").jwk_json();
        assert!(jwk.starts_with(fields), "{jwk}");
    }
}

#[test]
fn the_kid_is_the_thumbprint_of_rfc_7638() {
    // The first key is the example of RFC 7638 §3.1. The second was recorded from a Logto server.
    let example = Public::Rsa {
        e: "AQAB".into(),
        n: "0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw".into(),
    };
    assert_eq!(
        example.thumbprint(),
        "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs"
    );
    let recorded = Public::Ec {
        curve: "P-384",
        x: "n27MrG-5p9aopLYA7lnKDp7wzrwVIZB7QT9Wm_yhv1urA45LvO-FsQ0fkK1APYBL".into(),
        y: "mEoX24T0ksH_cEP702T22tfvamNDhArhxkEtwRcP0DQDljJnEb60gKOXT6v7HvrZ".into(),
    };
    assert_eq!(
        recorded.thumbprint(),
        "Ti6WXt_d5DvPGQfBmVPPZMBXnM7jSzU6Bm7OurdtKDM"
    );
    assert_eq!(SigningKey::generate(Algorithm::ES512).kid().len(), 43);
}

#[test]
#[should_panic(expected = "a key made for ES384 cannot sign ES256")]
fn an_ec_key_cannot_sign_with_the_algorithm_of_another_curve() {
    let _ = SigningKey::generate(Algorithm::ES384).sign(Algorithm::ES256, MESSAGE);
}

#[test]
fn debug_shows_nothing_of_the_private_key() {
    let key = SigningKey::generate(Algorithm::ES384).with_kid("k");
    assert_eq!(
        format!("{key:?}"),
        r#"SigningKey { kid: "k", algorithm: ES384, .. }"#
    );
}
