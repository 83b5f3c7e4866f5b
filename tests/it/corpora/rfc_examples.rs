//! Tokens from the examples of RFC 7515, 7520 and 8037, and access tokens that are signed with the example
//! keys.

use std::sync::Arc;

use aws_lc_rs::{
    rand::SystemRandom,
    signature::{
        ECDSA_P256_SHA256_FIXED_SIGNING, ECDSA_P521_SHA512_FIXED_SIGNING, EcdsaKeyPair,
        Ed25519KeyPair, RSA_PKCS1_SHA256, RSA_PSS_SHA384, RsaEncoding, RsaKeyPair,
    },
};
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::{Case, Expected, RFC_EXAMPLES, Service, base64url, decoded, segments};
use crate::support::PRODUCTS;

const ISSUER: &str = "https://tenant.logto.test/oidc";

#[derive(Deserialize)]
struct Example {
    name: String,
    algorithm: String,
    jwk: Map<String, Value>,
    private: Option<Map<String, Value>>,
    compact: String,
}

/// The token of RFC 7515 A.1, signed with `HMAC_KEY`.
const HMAC: &str = "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ.dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
const HMAC_KEY: &str =
    "AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow";

/// The token of RFC 7515 A.5.
const UNSECURED: &str = "eyJhbGciOiJub25lIn0.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ.";

pub(super) fn cases() -> Vec<Case> {
    let examples: Vec<Example> = serde_json::from_str(RFC_EXAMPLES).unwrap();
    assert_eq!(examples.len(), 7);
    examples.iter().flat_map(of).collect()
}

/// Returns the cases of an example. The unchanged example must be rejected, because it is not an access
/// token. If the example has a private key, one case is a valid access token, signed with this key.
fn of(example: &Example) -> Vec<Case> {
    let mut jwk = example.jwk.clone();
    jwk.insert("kid".to_owned(), json!("rfc"));
    jwk.insert("alg".to_owned(), json!(example.algorithm));
    let octets = json!({"kty": "oct", "kid": "octets", "alg": "HS256", "k": HMAC_KEY});
    let jwks = json!({"keys": [octets, jwk]}).to_string();
    let service = Service::in_real_time(ISSUER.to_owned(), jwks);
    let case = |change: &str, token: String, expected| Case {
        name: format!("{}: {change}", example.name),
        token,
        expected,
        service: Arc::clone(&service),
    };
    let claims = json!({
        "iss": ISSUER, "aud": PRODUCTS, "sub": "bilbo", "client_id": "shire", "jti": "1",
        "iat": service.now, "exp": service.now + 3_600, "scope": "read:products",
    });
    let message = |kid: &str| {
        let header = json!({"alg": example.algorithm, "typ": "at+jwt", "kid": kid});
        format!(
            "{}.{}",
            base64url(header.to_string()),
            base64url(claims.to_string())
        )
    };
    let signature = segments(&example.compact)[2];
    let mut cases = vec![
        case("unchanged", example.compact.clone(), Expected::Invalid),
        case(
            "our claims with the signature of the example",
            format!("{}.{signature}", message("rfc")),
            Expected::Invalid,
        ),
        case("HMAC", HMAC.to_owned(), Expected::Invalid),
        case(
            "our claims with an HMAC",
            hmac(&message("octets")),
            Expected::Invalid,
        ),
        case("unsecured", UNSECURED.to_owned(), Expected::Invalid),
    ];
    if let Some(private) = &example.private {
        let message = message("rfc");
        let mut signature = sign(example, private, message.as_bytes());
        let token = format!("{message}.{}", base64url(&signature));
        cases.push(case("signed with its key", token, Expected::Accepted));
        signature[20] ^= 1;
        let token = format!("{message}.{}", base64url(&signature));
        cases.push(case(
            "signed with its key, then changed",
            token,
            Expected::Invalid,
        ));
    }
    cases
}

fn hmac(message: &str) -> String {
    let key = aws_lc_rs::hmac::Key::new(aws_lc_rs::hmac::HMAC_SHA256, &decoded(HMAC_KEY));
    format!(
        "{message}.{}",
        base64url(aws_lc_rs::hmac::sign(&key, message.as_bytes()))
    )
}

fn sign(example: &Example, private: &Map<String, Value>, message: &[u8]) -> Vec<u8> {
    let public = |name: &str| decoded(example.jwk[name].as_str().unwrap());
    let secret = |name: &str| decoded(private[name].as_str().unwrap());
    let rng = SystemRandom::new();
    let ecdsa = |algorithm| {
        let point = [vec![4], public("x"), public("y")].concat();
        let pair = EcdsaKeyPair::from_private_key_and_public_key(algorithm, &secret("d"), &point);
        pair.unwrap().sign(&rng, message).unwrap().as_ref().to_vec()
    };
    let rsa = |encoding: &'static dyn RsaEncoding| {
        let secrets = ["d", "p", "q", "dp", "dq", "qi"].map(secret);
        let numbers = [vec![vec![0], public("n"), public("e")], secrets.to_vec()].concat();
        let pair = RsaKeyPair::from_der(&der(&numbers)).unwrap();
        let mut signature = vec![0; pair.public_modulus_len()];
        pair.sign(encoding, &rng, message, &mut signature).unwrap();
        signature
    };
    match example.algorithm.as_str() {
        "ES256" => ecdsa(&ECDSA_P256_SHA256_FIXED_SIGNING),
        "ES512" => ecdsa(&ECDSA_P521_SHA512_FIXED_SIGNING),
        "RS256" => rsa(&RSA_PKCS1_SHA256),
        "PS384" => rsa(&RSA_PSS_SHA384),
        "EdDSA" => {
            let pair = Ed25519KeyPair::from_seed_and_public_key(&secret("d"), &public("x"));
            pair.unwrap().sign(message).as_ref().to_vec()
        }
        other => panic!("{other} is not an algorithm of the examples"),
    }
}

/// Encodes the numbers of an RSA private key in DER (RFC 8017 A.1.2).
fn der(numbers: &[Vec<u8>]) -> Vec<u8> {
    fn tagged(tag: u8, body: &[u8]) -> Vec<u8> {
        let [high, low] = u16::try_from(body.len()).unwrap().to_be_bytes();
        let length = match (high, low) {
            (0, 0..0x80) => vec![low],
            (0, _) => vec![0x81, low],
            (_, _) => vec![0x82, high, low],
        };
        [&[tag], &length[..], body].concat()
    }
    let integer = |number: &Vec<u8>| match number[0] {
        0..0x80 => tagged(2, number),
        _ => tagged(2, &[&[0], &number[..]].concat()),
    };
    tagged(0x30, &numbers.iter().flat_map(integer).collect::<Vec<_>>())
}
