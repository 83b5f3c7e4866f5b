//! Algorithm confusion: `none`, HMAC with a public value as the key, a wrong algorithm in `alg`, and foreign
//! keys.

use aws_lc_rs::hmac;
use logto_runtime::{Algorithm, test_util::SigningKey};
use serde_json::{Value, json};

use super::{
    super::{base64url, decoded, segments},
    Case, Expected, Forge,
};
use Algorithm::{ES256, ES384, ES512, EdDSA, PS256, PS384, PS512, RS256, RS384, RS512};
use Expected::{Accepted, Invalid};

pub(super) fn cases() -> Vec<Case> {
    let mut cases = Vec::new();
    for algorithm in [
        ES256, ES384, ES512, EdDSA, RS256, RS384, RS512, PS256, PS384, PS512,
    ] {
        let forge = Forge::new(algorithm);
        cases.push(forge.case("its own", forge.tenant.token().mint(), Accepted));
        cases.push(forge.case(
            "one bit of the signature flipped",
            forge.tenant.token().tampered().mint(),
            Invalid,
        ));
        cases.extend(none(&forge));
        cases.extend(keyed_with_what_is_public(&forge));
        cases.extend(by_another_name(&forge, algorithm));
        cases.extend(of_a_stranger(&forge));
    }
    for algorithm in [RS256, PS256] {
        cases.extend(by_the_same_rsa_key(&Forge::new(algorithm), algorithm));
    }
    cases
}

fn none(forge: &Forge) -> Vec<Case> {
    let mut cases = Vec::new();
    for name in ["none", "None", "NONE", "nOnE"] {
        let token = forge.tenant.token().header("alg", name).mint();
        let [header, claims, _] = segments(&token);
        for (change, signature) in [
            ("no", ""),
            ("a short", "AA"),
            ("a zero", "AAAAAAAAAAAAAAAAAAAAAA"),
        ] {
            let token = format!("{header}.{claims}.{signature}");
            cases.push(forge.case(&format!("{name} with {change} signature"), token, Invalid));
        }
        cases.push(forge.case(
            &format!("{name} without the second dot"),
            format!("{header}.{claims}"),
            Invalid,
        ));
    }
    cases
}

/// Signs with HMAC. The HMAC key is a public value of the key set, or a zero byte. HMAC treats a zero byte
/// like an empty key.
fn keyed_with_what_is_public(forge: &Forge) -> Vec<Case> {
    let set: Value = serde_json::from_str(&forge.service.jwks).unwrap();
    let jwk = &set["keys"][0];
    let mut secrets = vec![
        ("the key set", forge.service.jwks.clone().into_bytes()),
        ("the key", jwk.to_string().into_bytes()),
        ("the kid", forge.tenant.signing_kid().into_bytes()),
        ("nothing", vec![0]),
    ];
    for member in ["x", "n"] {
        if let Some(text) = jwk[member].as_str() {
            secrets.push(("the bytes of its number", decoded(text)));
            secrets.push(("the text of its number", text.as_bytes().to_vec()));
        }
    }
    if let (Some(x), Some(y)) = (jwk["x"].as_str(), jwk["y"].as_str()) {
        secrets.push(("the point", [vec![4], decoded(x), decoded(y)].concat()));
    }
    let mut cases = Vec::new();
    for (name, algorithm) in [
        ("HS256", hmac::HMAC_SHA256),
        ("HS384", hmac::HMAC_SHA384),
        ("HS512", hmac::HMAC_SHA512),
    ] {
        let token = forge.tenant.token().header("alg", name).mint();
        let message = token.rsplit_once('.').unwrap().0;
        for (what, secret) in &secrets {
            let tag = hmac::sign(&hmac::Key::new(algorithm, secret), message.as_bytes());
            let token = format!("{message}.{}", base64url(tag));
            cases.push(forge.case(&format!("{name} keyed with {what}"), token, Invalid));
        }
    }
    cases
}

/// Signs with the tenant's key and names another algorithm in `alg`.
fn by_another_name(forge: &Forge, own: Algorithm) -> Vec<Case> {
    let others = Algorithm::ALL.into_iter().filter(|other| *other != own);
    others
        .map(|other| {
            let token = forge.tenant.token().header("alg", other.name()).mint();
            forge.case(&format!("called {other}"), token, Invalid)
        })
        .collect()
}

/// Signs with foreign keys of several algorithms, under the `kid` of the tenant's key.
fn of_a_stranger(forge: &Forge) -> Vec<Case> {
    let kid = forge.tenant.signing_kid();
    let mut cases = Vec::new();
    for algorithm in [ES256, ES384, ES512, EdDSA, RS256] {
        let key = SigningKey::generate(algorithm).with_kid(kid.as_str());
        let signed = || forge.tenant.token().signed_by(&key);
        let change = format!("a stranger's {algorithm} under our kid");
        cases.push(forge.case(&change, signed().mint(), Invalid));
        let own = forge.name.as_str();
        let change = format!("{change}, called {own}");
        cases.push(forge.case(&change, signed().header("alg", json!(own)).mint(), Invalid));
    }
    cases
}

/// An RSA key could verify signatures of six algorithms. Only the key's `alg` is accepted, or RS256 if the
/// key has no `alg`.
fn by_the_same_rsa_key(forge: &Forge, own: Algorithm) -> Vec<Case> {
    let mut cases = Vec::new();
    for other in [RS256, RS384, RS512, PS256, PS384, PS512] {
        if other != own {
            let signed = || forge.tenant.token().algorithm(other);
            let change = format!("the same key's {other}");
            cases.push(forge.case(&change, signed().mint(), Invalid));
            let change = format!("{change}, called {own}");
            cases.push(forge.case(&change, signed().header("alg", own.name()).mint(), Invalid));
        }
    }
    cases
}
