//! A second implementation, `jsonwebtoken::decode` with a strict `Validation`, verifies every token of every
//! corpus (a set of test tokens). The module `differences` gives the reason for each difference from this
//! crate.

mod differences;

use jsonwebtoken::{
    Algorithm, DecodingKey, Validation, decode, decode_header,
    jwk::{AlgorithmParameters, EllipticCurve, Jwk, PublicKeyUse},
};
use serde::Deserialize;
use serde_json::{Map, Value};

use self::differences::DIFFERENCES;
use crate::{
    corpora::{CASES, Case, Expected},
    support::{ORG, PRODUCTS},
};

#[test]
fn jsonwebtoken_reaches_the_same_verdict_or_the_difference_is_listed() {
    let mut used = [0_usize; DIFFERENCES.len()];
    let mut disagreements = Vec::new();
    for case in CASES.iter() {
        let ours = case.expected == Expected::Accepted;
        let theirs = second_opinion(case);
        if ours == theirs.is_ok() {
            continue;
        }
        let listed = DIFFERENCES.iter().position(|difference| {
            difference.accepted_by_us == ours && (difference.applies_to)(case)
        });
        match listed {
            Some(index) => used[index] += 1,
            None => disagreements.push(format!("{}: ours {ours}, theirs {theirs:?}", case.name)),
        }
    }
    let shown = disagreements.iter().take(40).cloned().collect::<Vec<_>>();
    assert!(
        shown.is_empty(),
        "{} unlisted differences:\n{}",
        disagreements.len(),
        shown.join("\n")
    );
    for (difference, used) in DIFFERENCES.iter().zip(used) {
        assert!(used > 0, "not a difference any more: {}", difference.reason);
    }
}

/// Verifies a token as a careful user of `jsonwebtoken` would. The token's `kid` names the key. Only the
/// algorithm of that key is allowed. The library checks the required claims, the issuer, the audience and the
/// times.
///
/// The library compares times with the current time. So the times of recorded tokens and their mutations are
/// not checked.
fn second_opinion(case: &Case) -> Result<(), String> {
    let header = decode_header(&case.token).map_err(|error| error.to_string())?;
    let key = header
        .kid
        .filter(|kid| !kid.is_empty())
        .and_then(|kid| {
            keys(case)
                .into_iter()
                .find(|key| key.common.key_id.as_deref() == Some(&kid))
        })
        .ok_or("no such key")?;
    if key
        .common
        .public_key_use
        .as_ref()
        .is_some_and(|usage| *usage != PublicKeyUse::Signature)
    {
        return Err("not for signatures".to_owned());
    }
    let mut validation = Validation::new(algorithm(&key).ok_or("no such algorithm")?);
    validation.set_required_spec_claims(&["exp", "iss", "aud", "sub"]);
    validation.set_issuer(&[&case.service.issuer]);
    validation.set_audience(&audiences());
    validation.validate_exp = case.service.in_real_time;
    validation.validate_nbf = case.service.in_real_time;
    let key = DecodingKey::from_jwk(&key).map_err(|error| error.to_string())?;
    decode::<Map<String, Value>>(&case.token, &key, &validation)
        .map(drop)
        .map_err(|error| error.to_string())
}

fn keys(case: &Case) -> Vec<Jwk> {
    let set: Value = serde_json::from_str(&case.service.jwks).unwrap();
    let keys = set["keys"].as_array().unwrap();
    keys.iter()
        .filter_map(|key| Jwk::deserialize(key).ok())
        .collect()
}

fn algorithm(key: &Jwk) -> Option<Algorithm> {
    if let Some(algorithm) = key.common.key_algorithm {
        return Algorithm::try_from(algorithm).ok();
    }
    match &key.algorithm {
        AlgorithmParameters::RSA(_) => Some(Algorithm::RS256),
        AlgorithmParameters::EllipticCurve(key) if key.curve == EllipticCurve::P256 => {
            Some(Algorithm::ES256)
        }
        AlgorithmParameters::EllipticCurve(key) if key.curve == EllipticCurve::P384 => {
            Some(Algorithm::ES384)
        }
        AlgorithmParameters::OctetKeyPair(_) => Some(Algorithm::EdDSA),
        _ => None,
    }
}

/// Returns the audiences that `jsonwebtoken` accepts: the resources, and the organizations in the corpora.
fn audiences() -> Vec<String> {
    let mut audiences = vec![PRODUCTS.to_owned(), ORG.to_owned()];
    for organization in ["xavvmrxmxu9e", "0getchs0s3es"] {
        audiences.push(format!("urn:logto:organization:{organization}"));
    }
    audiences
}
