//! Parsing of single keys: the algorithms of usable keys, and the errors of unusable keys.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::{Value, json};

use super::support::TestKey;
use crate::{
    jwks::{
        VerificationKey,
        key::KeyError::{self, AlgorithmContradicts, Foreign, Material, NoKeyId, NotForSignatures},
    },
    token::algorithm::Algorithm::{
        self, ES256, ES384, ES512, EdDSA, PS256, PS384, PS512, RS256, RS384, RS512,
    },
};

const P256: [&str; 2] = [
    "y-tpcdWfIs0sIv3fu7rrzJt96nzoiDCmIhPGyEsClRQ",
    "Tbh3qJJr5dB55zq8-ptHK5gcjc72wKaMPRNF_8uxUoo",
];
const P384: [&str; 2] = [
    "NUajuGfYVtlQVCu2jUgkYDsqv6b62yl06yp64kz8BIDXxOj7XT9YgIXxTcfPG0Rx",
    "g5cPKwgN229aVCOiTTqPfmT3uNOz-JMiLFIz35LoPCzrQGRaTiC_CFufg7K0_1c-",
];
const P521: [&str; 2] = [
    "ATgnAP7BZ78VcnSphYxvxENzzQmXJVflVczYQVyYHCpqgcOjYWE1DBsIWuzJNlp54maFPmuUq34BVrMGuNtfRdDc",
    "ADtgx05QHvIHASTTgr447w7avQ7SN4YkKPJmiCDP8aItkCvf5njesJGWAhkDYQsFtc9SZLjmjwdP9R8eJh7I7F5-",
];
const K256: [&str; 2] = [
    "J7FIgz8ppZ6r9z12tqplMQwIU9f1XdT-D6hd3fprUCs",
    "8FhQcupxsEEqa2whaUIBpOfPDP2Xab6a3S0zBFsuK04",
];
const RSA_2048: &str = "53P7dQGgNDEPuaZRxwsbK55ahfTFZKFGOAcgC9y6zwLTcb1LeI__03Pe-_QEeybOW6Dw5sgHIo5LdqXwiWjuVk\
    bW2q-_ni37ZObMsK3VbxAonveXUZZAqdYetcwJjgV3rrrv6d9zPUg9DQTe12fRqIBZJlHAkcun96x8rEUL-PAB\
    crc4K8kdvIsM98yE2y6HizNQGKQR-5hC0GhsThTTVrD7eVtkC0WvKggkfRJDvpK6LHLg-DZwpXqXojruMGrnl6\
    kk3yIAvXyA8jLCh1qWzG_S6yNsGwuk_CmXvnDaBQ99lBQ4F02Sp_r4y4Nl9RZF5-z9TJksKW70mmPsemb3oQ";
const RSA_1024: &str = "t0kt2oj3e0rpntFor_iFu_dirYsRR58g1cnwTUMPw9myUapnU8iFJxyRsFWINd0zqYW5G4jI4jc1jDdP8SSno8\
    BUxmgxGdhMQGmnQOR414WkGSoq72FiLGiAY_pR-oqoAJo2-igbQRZVHRx7LxG2PB3VgHKTYdxOOsnBrS3no7U";

fn ec(curve: &str, [x, y]: [&str; 2]) -> Value {
    json!({ "kty": "EC", "kid": "k1", "crv": curve, "x": x, "y": y })
}

fn rsa() -> Value {
    json!({ "kty": "RSA", "kid": "k1", "e": "AQAB", "n": RSA_2048 })
}

fn ed25519() -> Value {
    TestKey::new("k1").jwk()
}

/// Returns the key with these members added or replaced. `null` removes a member.
fn with(mut jwk: Value, members: &Value) -> Value {
    let all = jwk.as_object_mut().unwrap();
    for (name, value) in members.as_object().unwrap() {
        if value.is_null() {
            all.remove(name);
        } else {
            all.insert(name.clone(), value.clone());
        }
    }
    jwk
}

fn algorithm_of(jwk: &Value) -> Result<Algorithm, KeyError> {
    VerificationKey::parse(jwk).map(|key| key.algorithm())
}

#[test]
fn a_key_gets_the_algorithm_that_its_alg_names_or_else_the_default_of_its_type() {
    for (jwk, algorithm) in [
        (ec("P-256", P256), ES256),
        (ec("P-384", P384), ES384),
        (ec("P-521", P521), ES512),
        (with(ec("P-384", P384), &json!({ "alg": "ES384" })), ES384),
        // `jsonwebtoken::jwk::KeyAlgorithm` has no variant for this name, so `alg` is read from the JSON.
        (with(ec("P-521", P521), &json!({ "alg": "ES512" })), ES512),
        (ed25519(), EdDSA),
        (with(ed25519(), &json!({ "alg": "EdDSA" })), EdDSA),
        (rsa(), RS256),
        (with(rsa(), &json!({ "alg": "RS256" })), RS256),
        (with(rsa(), &json!({ "alg": "RS384" })), RS384),
        (with(rsa(), &json!({ "alg": "RS512" })), RS512),
        (with(rsa(), &json!({ "alg": "PS256" })), PS256),
        (with(rsa(), &json!({ "alg": "PS384" })), PS384),
        (with(rsa(), &json!({ "alg": "PS512" })), PS512),
    ] {
        assert_eq!(algorithm_of(&jwk), Ok(algorithm), "{jwk}");
    }
}

#[test]
fn unknown_members_and_members_that_allow_signatures_are_accepted() {
    for members in [
        json!({ "use": "sig" }),
        json!({ "use": "sig", "key_ops": ["verify"] }),
        json!({ "key_ops": ["sign", "verify"] }),
        json!({ "key_ops": ["verify", "from the future"] }),
        json!({ "x5t": "abc", "x5c": ["MIIB"], "exp": 1, "nbf": "then", "d": "private" }),
        json!({ "kid": "k/1 \"\u{e9}\n" }),
    ] {
        let jwk = with(ec("P-256", P256), &members);
        assert_eq!(algorithm_of(&jwk), Ok(ES256), "{jwk}");
    }
}

#[test]
fn a_key_that_is_not_for_verifying_signatures_is_rejected() {
    for members in [
        json!({ "use": "enc" }),
        json!({ "use": "SIG" }),
        json!({ "use": "" }),
        json!({ "key_ops": [] }),
        json!({ "key_ops": ["sign"] }),
        json!({ "key_ops": ["encrypt", "wrapKey"] }),
        json!({ "use": "sig", "key_ops": ["decrypt"] }),
        json!({ "use": "enc", "key_ops": ["verify"] }),
    ] {
        let jwk = with(ec("P-256", P256), &members);
        assert_eq!(algorithm_of(&jwk), Err(NotForSignatures), "{jwk}");
    }
}

#[test]
fn a_key_whose_alg_contradicts_its_type_is_not_used() {
    let names = [
        "none", "HS256", "HS512", "ES256", "ES384", "ES512", "ES256K", "RS256", "PS512", "EdDSA",
        "Ed25519", "RSA-OAEP", "ECDH-ES", "es384", "",
    ];
    for (jwk, possible) in [
        (ec("P-256", P256), &["ES256"][..]),
        (ec("P-384", P384), &["ES384"]),
        (ec("P-521", P521), &["ES512"]),
        (ed25519(), &["EdDSA"]),
        (rsa(), &["RS256", "PS512"]),
    ] {
        for name in names {
            let read = algorithm_of(&with(jwk.clone(), &json!({ "alg": name })));
            if possible.contains(&name) {
                assert_eq!(read.map(Algorithm::name), Ok(name), "{jwk}");
            } else {
                assert_eq!(read, Err(AlgorithmContradicts), "{name} of {jwk}");
            }
        }
    }
}

#[test]
fn a_key_without_a_kid_is_not_used() {
    for members in [json!({ "kid": null }), json!({ "kid": "" })] {
        let jwk = with(ec("P-256", P256), &members);
        assert_eq!(algorithm_of(&jwk), Err(NoKeyId), "{jwk}");
    }
}

#[test]
fn unsupported_and_ill_typed_keys_are_not_used() {
    let okp = |curve: &str| with(ed25519(), &json!({ "crv": curve }));
    for jwk in [
        json!(null),
        json!(7),
        json!("key"),
        json!([]),
        json!({ "kid": "k1" }),
        json!({ "kty": "oct", "kid": "k1", "k": "c2VjcmV0" }),
        json!({ "kty": "oct", "kid": "k1", "alg": "HS256", "k": "c2VjcmV0" }),
        json!({ "kty": "AKP", "kid": "k1", "alg": "ML-DSA-65", "pub": "AA" }),
        okp("X25519"),
        okp("Ed448"),
        okp("P-256"),
        okp("P-384"),
        ec("secp256k1", K256),
        ec("P-192", P256),
        with(ec("P-256", P256), &json!({ "crv": null })),
        with(ec("P-256", P256), &json!({ "kty": "ec" })),
        with(ec("P-256", P256), &json!({ "x": null })),
        with(ec("P-256", P256), &json!({ "y": null })),
        with(ec("P-256", P256), &json!({ "x": 7 })),
        with(ec("P-256", P256), &json!({ "kid": 7 })),
        with(ec("P-256", P256), &json!({ "alg": 7 })),
        with(ec("P-256", P256), &json!({ "use": ["sig"] })),
        with(rsa(), &json!({ "n": null })),
        with(rsa(), &json!({ "e": null })),
    ] {
        assert_eq!(algorithm_of(&jwk), Err(Foreign), "{jwk}");
    }
}

#[test]
fn unsound_material_is_rejected() {
    let [x, y] = P256;
    let decode = |text: &str| URL_SAFE_NO_PAD.decode(text).unwrap();
    // The same 64 bytes, divided into 31 and 33 bytes.
    let (moved_x, moved_y) = (decode(x), [decode(x).split_off(31), decode(y)].concat());
    let moved_x = URL_SAFE_NO_PAD.encode(&moved_x[..31]);
    let moved_y = URL_SAFE_NO_PAD.encode(moved_y);
    // The Ed25519 key as a `SubjectPublicKeyInfo` (RFC 8410 §4). `aws-lc-rs` accepts this form too.
    let prefix = [
        0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00,
    ];
    let raw = decode(ed25519()["x"].as_str().unwrap());
    let as_in_certificates = URL_SAFE_NO_PAD.encode([&prefix[..], &raw].concat());
    let even = format!("{}A", &RSA_2048[..RSA_2048.len() - 1]);
    let without_its_last_octets = &RSA_2048[..RSA_2048.len() - 6];
    for jwk in [
        ec("P-256", [y, x]),
        ec("P-256", [x, x]),
        ec("P-256", K256),
        ec("P-256", P384),
        ec("P-384", P256),
        ec("P-256", [&x[..42], y]),
        ec("P-256", ["", ""]),
        ec("P-256", [&format!("{x}="), y]),
        ec("P-256", [&x.replace('-', "+"), y]),
        ec("P-256", [&format!("AA{x}"), y]),
        ec("P-256", [&moved_x, &moved_y]),
        with(ed25519(), &json!({ "x": "AA" })),
        with(ed25519(), &json!({ "x": as_in_certificates })),
        with(ed25519(), &json!({ "x": "" })),
        with(rsa(), &json!({ "n": RSA_1024 })),
        with(rsa(), &json!({ "n": without_its_last_octets })),
        with(rsa(), &json!({ "n": even })),
        with(rsa(), &json!({ "n": "" })),
        with(rsa(), &json!({ "n": format!("AAAA{RSA_2048}") })),
        with(rsa(), &json!({ "n": RSA_2048.repeat(5) })),
        with(rsa(), &json!({ "e": "" })),
        with(rsa(), &json!({ "e": "AQ" })),
        with(rsa(), &json!({ "e": "Ag" })),
        with(rsa(), &json!({ "e": "AAEAAQ" })),
        with(rsa(), &json!({ "e": RSA_1024 })),
    ] {
        assert_eq!(algorithm_of(&jwk), Err(Material), "{jwk}");
    }
}

#[test]
fn two_keys_are_the_same_if_id_algorithm_and_material_are_equal() {
    let parse = |jwk: &Value| VerificationKey::parse(jwk).unwrap();
    let key = parse(&rsa());
    assert!(key.same_as(&parse(&with(
        rsa(),
        &json!({ "use": "sig", "alg": "RS256" })
    ))));
    for members in [
        json!({ "kid": "k2" }),
        json!({ "alg": "PS256" }),
        json!({ "e": "Aw" }),
    ] {
        assert!(!key.same_as(&parse(&with(rsa(), &members))), "{members}");
    }
}

/// In both keys, modulus and exponent together are the same bytes. `same_as` returns `false`, because the
/// compared material begins with the length of the modulus.
#[test]
fn moving_a_byte_from_the_exponent_to_the_modulus_makes_another_key() {
    let n = URL_SAFE_NO_PAD.decode(RSA_2048).unwrap();
    let key = |n: &[u8], e: &[u8]| {
        let (n, e) = (URL_SAFE_NO_PAD.encode(n), URL_SAFE_NO_PAD.encode(e));
        VerificationKey::parse(&with(rsa(), &json!({ "n": n, "e": e }))).unwrap()
    };
    let longer = [&n[..], &[3]].concat();
    assert!(!key(&n, &[3, 5, 7]).same_as(&key(&longer, &[5, 7])));
}
