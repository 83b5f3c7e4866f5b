//! Verifies the signatures in the examples of the RFCs. After a change of the message, the signature, the key
//! or the algorithm, the verification must fail.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::rsa_is_sound;
use crate::jwks::{VerificationKey, key::KeyError};

#[derive(Deserialize)]
struct Example {
    name: String,
    algorithm: String,
    jwk: Map<String, Value>,
    compact: String,
}

impl Example {
    fn key(&self, algorithm: &str) -> Option<VerificationKey> {
        let mut jwk = self.jwk.clone();
        jwk.insert("kid".to_owned(), json!("k"));
        jwk.insert("alg".to_owned(), json!(algorithm));
        VerificationKey::parse(&Value::Object(jwk)).ok()
    }

    fn message_and_signature(&self) -> (&[u8], Vec<u8>) {
        let (message, signature) = self.compact.rsplit_once('.').unwrap();
        (
            message.as_bytes(),
            URL_SAFE_NO_PAD.decode(signature).unwrap(),
        )
    }
}

/// Returns the examples of RFC 7515 A.2 to A.4, RFC 7520 §4.1 to §4.3 and RFC 8037 A.4.
fn examples() -> Vec<Example> {
    let examples: Vec<_> = serde_json::from_str(include_str!("rfc_examples.json")).unwrap();
    assert_eq!(examples.len(), 7);
    examples
}

#[test]
fn the_signatures_of_the_rfcs_match_with_their_keys() {
    for example in examples() {
        let key = example.key(&example.algorithm).unwrap();
        let (message, signature) = example.message_and_signature();
        assert!(key.verify(message, &signature).is_ok(), "{}", example.name);
    }
}

#[test]
fn a_changed_bit_and_a_missing_or_added_byte_are_rejected() {
    for example in examples() {
        let key = example.key(&example.algorithm).unwrap();
        let (message, signature) = example.message_and_signature();
        for bit in 0..signature.len() * 8 {
            let mut changed = signature.clone();
            changed[bit / 8] ^= 1 << (bit % 8);
            assert!(
                key.verify(message, &changed).is_err(),
                "{}: bit {bit}",
                example.name
            );
        }
        for bit in (0..message.len() * 8).step_by(31) {
            let mut changed = message.to_vec();
            changed[bit / 8] ^= 1 << (bit % 8);
            assert!(
                key.verify(&changed, &signature).is_err(),
                "{}: bit {bit}",
                example.name
            );
        }
        for length in 0..signature.len() {
            assert!(
                key.verify(message, &signature[..length]).is_err(),
                "{}: {length} bytes",
                example.name
            );
        }
        for longer in [
            [&[0], &signature[..]].concat(),
            [&signature[..], &[0]].concat(),
        ] {
            assert!(key.verify(message, &longer).is_err(), "{}", example.name);
        }
    }
}

#[test]
fn a_signature_does_not_match_with_another_key_or_algorithm() {
    for example in examples() {
        let (message, signature) = example.message_and_signature();
        for other in examples() {
            for algorithm in [
                "RS256",
                "RS384",
                "RS512",
                "PS256",
                "PS384",
                "PS512",
                &other.algorithm,
            ] {
                let signer = other.jwk == example.jwk && algorithm == example.algorithm;
                if let Some(key) = other.key(algorithm).filter(|_| !signer) {
                    let result = key.verify(message, &signature);
                    assert!(
                        result.is_err(),
                        "{} under {} {algorithm}",
                        example.name,
                        other.name
                    );
                }
            }
        }
    }
}

#[test]
fn an_rsa_modulus_is_accepted_if_it_has_2048_to_8192_significant_bits() {
    for (bits, sound) in [
        (2_041, false),
        (2_047, false),
        (2_048, true),
        (2_049, true),
        (3_071, true),
        (8_185, true),
        (8_191, true),
        (8_192, true),
        (8_193, false),
    ] {
        let bits: usize = bits;
        let mut modulus = vec![0xff; bits.div_ceil(8)];
        modulus[0] >>= modulus.len() * 8 - bits;
        assert_eq!(rsa_is_sound(&modulus, &[1, 0, 1]), sound, "{bits} bits");
    }
}

/// The key is the neutral point. A signature of that point and the number 0 would match every message.
#[test]
fn a_key_that_everybody_can_sign_for_is_not_used() {
    let neutral = [&[1][..], &[0; 31]].concat();
    let x = URL_SAFE_NO_PAD.encode(&neutral);
    let jwk = json!({ "kty": "OKP", "crv": "Ed25519", "kid": "k", "x": x });
    let key = VerificationKey::parse(&jwk);
    let forged = [neutral, vec![0; 32]].concat();
    let accepts = key.map(|key| key.verify(b"any message", &forged).is_ok());
    assert_eq!(accepts, Err(KeyError::Material));
}
