//! Keys in the header of a token.

use base64::{Engine, engine::general_purpose::STANDARD};
use logto_runtime::{Algorithm, test_util::SigningKey};
use serde_json::{Value, json};

use super::{super::members::Members, Case, Expected, Forge};
use Expected::{Accepted, Invalid};

/// The fields `jwk`, `jku`, `x5u`, `x5c`, `x5t` and `x5t#S256`, which contain or name a key, are ignored. A
/// signature made with a stranger's key stays invalid.
pub(super) fn cases(forge: &Forge, plain: &Members) -> Vec<Case> {
    let mallory = SigningKey::generate(Algorithm::ES384);
    let jwk: Value = serde_json::from_str(&mallory.jwk_json()).unwrap();
    let posing = mallory.clone().with_kid(forge.tenant.signing_kid());
    let certificate = STANDARD.encode(mallory.jwk_json());
    let mut cases = Vec::new();
    for (name, value) in [
        ("jwk", jwk),
        ("jku", json!("https://evil.example/jwks.json")),
        ("jku", json!("http://127.0.0.1:1/jwks.json")),
        ("jku", json!("file:///etc/passwd")),
        ("x5u", json!("https://evil.example/cert.pem")),
        ("x5c", json!([certificate])),
        ("x5t", json!("AAAAAAAAAAAAAAAAAAAAAAAAAAA")),
        (
            "x5t#S256",
            json!("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"),
        ),
    ] {
        let short: String = value.to_string().chars().take(30).collect();
        let header = plain.clone().with(name, &value).to_string();
        cases.push(forge.header(
            &format!("{name} {short}, signed with our key"),
            header.as_str(),
            Accepted,
        ));
        for (whose, key) in [
            ("with the kid of our key", &posing),
            ("with a kid of its own", &mallory),
        ] {
            let header = plain
                .clone()
                .with(name, &value)
                .with("kid", json!(key.kid()))
                .to_string();
            let token = forge
                .tenant
                .token()
                .raw_header(header)
                .signed_by(key)
                .mint();
            cases.push(forge.case(
                &format!("{name} {short}, a stranger's key {whose}"),
                token,
                Invalid,
            ));
        }
    }
    cases
}
