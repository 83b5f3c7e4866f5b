//! Tests the signature of a token. `kid` names a key. The signature must be made with this key and with its
//! algorithm. The signature covers exactly the bytes of header and claims.

use aws_lc_rs::hmac;
use logto_runtime::{Algorithm, test_util::SigningKey};
use serde_json::{Value, json};

use super::{Api, app, base64url, decoded, segments};

/// Builds an API that trusts exactly these keys.
fn trusting(keys: &[&SigningKey]) -> Api {
    let mut api = Api::start();
    let keys: Vec<Value> = keys
        .iter()
        .map(|key| serde_json::from_str(&key.jwk_json()).unwrap())
        .collect();
    let logto = api
        .tenant
        .logto()
        .jwks_json(json!({ "keys": keys }).to_string());
    api.app = app(logto);
    api
}

#[tokio::test]
async fn tokens_of_every_supported_algorithm_are_accepted() {
    for algorithm in Algorithm::ALL {
        let key = SigningKey::generate(algorithm);
        let api = trusting(&[&key]);
        let token = api.token().signed_by(&key);
        api.accepts(algorithm.name(), &token.mint()).await;
        let token = api.token().signed_by(&key).tampered();
        api.refuses(algorithm.name(), &token.mint()).await;
    }
}

#[tokio::test]
async fn the_key_and_not_the_token_decides_the_algorithm() {
    use Algorithm::{ES256, ES384, ES512, EdDSA, PS256, PS384, PS512, RS256, RS384, RS512};
    let rsa = Api::with(|tenant| tenant.algorithm(RS256), |logto| logto);
    rsa.accepts("RS256", &rsa.token().mint()).await;
    for other in [RS384, RS512, PS256, PS384, PS512] {
        let token = rsa.token().algorithm(other).mint();
        rsa.refuses(&format!("RSA key without alg, {other} token"), &token)
            .await;
    }
    let pss = Api::with(|tenant| tenant.algorithm(PS256), |logto| logto);
    pss.accepts("PS256", &pss.token().mint()).await;
    for other in [RS256, RS384, RS512, PS384, PS512] {
        let token = pss.token().algorithm(other).mint();
        pss.refuses(&format!("PS256 key, {other} token"), &token)
            .await;
    }
    for key in [ES256, ES384, ES512, EdDSA, RS256] {
        let api = Api::with(|tenant| tenant.algorithm(key), |logto| logto);
        for other in Algorithm::ALL.into_iter().filter(|other| *other != key) {
            let token = api.token().header("alg", other.name()).mint();
            api.refuses(&format!("{key} key, {other} in the header"), &token)
                .await;
        }
    }
}

#[tokio::test]
async fn a_public_key_does_not_work_as_an_hmac_secret() {
    for algorithm in [Algorithm::RS256, Algorithm::ES384] {
        let api = Api::with(|tenant| tenant.algorithm(algorithm), |logto| logto);
        let set: Value = serde_json::from_str(&api.tenant.jwks_json()).unwrap();
        let jwk = &set["keys"][0];
        let material = ["n", "e", "x", "y"].map(|name| jwk[name].as_str().unwrap_or_default());
        let [_, claims, _] = segments(&api.token().mint()).map(decoded);
        let kid = api.tenant.signing_kid();
        for (name, hash) in [
            ("HS256", hmac::HMAC_SHA256),
            ("HS384", hmac::HMAC_SHA384),
            ("HS512", hmac::HMAC_SHA512),
        ] {
            let secrets = [
                jwk.to_string().into_bytes(),
                material[0].as_bytes().to_vec(),
                decoded(material[0]),
                decoded(material[2]),
                [decoded(material[2]), decoded(material[3])].concat(),
                Vec::new(),
            ];
            for secret in secrets {
                let header = json!({"alg": name, "typ": "at+jwt", "kid": kid}).to_string();
                let message = format!("{}.{}", base64url(header), base64url(&claims));
                let key = hmac::Key::new(hash, &secret);
                let signature = base64url(hmac::sign(&key, message.as_bytes()));
                api.refuses(name, &format!("{message}.{signature}")).await;
            }
        }
    }
}

#[tokio::test]
async fn an_unsigned_token_is_refused() {
    let api = Api::start();
    let [_, claims, signature] = segments(&api.token().mint()).map(str::to_owned);
    let kid = api.tenant.signing_kid();
    for alg in ["none", "None", "HS256", "ES384"] {
        let header = json!({"alg": alg, "typ": "at+jwt", "kid": kid});
        let message = format!("{}.{claims}", base64url(header.to_string()));
        for signature in ["", "AA", &"A".repeat(128)] {
            api.refuses(alg, &format!("{message}.{signature}")).await;
        }
        if alg != "ES384" {
            api.refuses(alg, &format!("{message}.{signature}")).await;
        }
    }
}

#[tokio::test]
async fn a_signature_is_bound_to_its_key_and_its_bytes() {
    let (first, second) = (
        SigningKey::generate(Algorithm::ES384),
        SigningKey::generate(Algorithm::ES384),
    );
    let api = trusting(&[&first, &second]);
    let token = api.token().signed_by(&first).mint();
    let other = api
        .token()
        .signed_by(&first)
        .scopes(["read:products", "admin"])
        .mint();
    api.accepts("the first key", &token).await;
    api.accepts("the second key", &api.token().signed_by(&second).mint())
        .await;
    let misnamed = api.token().signed_by(&first.clone().with_kid(second.kid()));
    api.refuses(
        "signed by the first key, with the kid of the second",
        &misnamed.mint(),
    )
    .await;
    let stranger = SigningKey::generate(Algorithm::ES384);
    let impostor = api
        .token()
        .signed_by(&stranger.clone().with_kid(first.kid()));
    api.refuses(
        "signed by an unknown key, with the kid of the first",
        &impostor.mint(),
    )
    .await;
    api.refuses(
        "signed by an unknown key",
        &api.token().signed_by(&stranger).mint(),
    )
    .await;

    let ([header, claims, signature], [_, richer, foreign]) = (segments(&token), segments(&other));
    for (case, token) in [
        (
            "claims of another token",
            format!("{header}.{richer}.{signature}"),
        ),
        (
            "signature of another token",
            format!("{header}.{claims}.{foreign}"),
        ),
        ("segments swapped", format!("{claims}.{header}.{signature}")),
    ] {
        api.refuses(case, &token).await;
    }
    let spaced = base64url([&decoded(header)[..], b" "].concat());
    api.refuses(
        "the same JSON in other bytes",
        &format!("{spaced}.{claims}.{signature}"),
    )
    .await;
}

#[tokio::test]
async fn an_ecdsa_signature_is_two_numbers_of_fixed_length() {
    for (algorithm, half) in [
        (Algorithm::ES256, 32),
        (Algorithm::ES384, 48),
        (Algorithm::ES512, 66),
    ] {
        let api = Api::with(|tenant| tenant.algorithm(algorithm), |logto| logto);
        let token = api.token().mint();
        api.accepts(algorithm.name(), &token).await;
        let (message, signature) = token.rsplit_once('.').unwrap();
        let signature = decoded(signature);
        let (r, s) = signature.split_at(half);
        let zeros = vec![0; half];
        for (case, wrong) in [
            ("DER", der(r, s)),
            ("zeros", [&zeros[..], &zeros].concat()),
            ("r = 0", [&zeros[..], s].concat()),
            ("s = 0", [r, &zeros].concat()),
            ("all ones", vec![0xff; 2 * half]),
            ("swapped", [s, r].concat()),
            ("one byte short", signature[1..].to_vec()),
            ("one byte long", [&signature[..], b"\0"].concat()),
            ("a zero before", [b"\0", &signature[..]].concat()),
            ("a zero before each", [b"\0", r, b"\0", s].concat()),
            ("twice", signature.repeat(2)),
            ("longer than any signature", vec![1; 1_025]),
        ] {
            let token = format!("{message}.{}", base64url(wrong));
            api.refuses(&format!("{algorithm} {case}"), &token).await;
        }
    }
}

#[tokio::test]
async fn an_rsa_or_edwards_signature_has_a_fixed_length() {
    for algorithm in [Algorithm::RS256, Algorithm::PS256, Algorithm::EdDSA] {
        let api = Api::with(|tenant| tenant.algorithm(algorithm), |logto| logto);
        let token = api.token().mint();
        let (message, signature) = token.rsplit_once('.').unwrap();
        let signature = decoded(signature);
        for wrong in [
            signature[1..].to_vec(),
            [&signature[..], b"\0"].concat(),
            [b"\0", &signature[..]].concat(),
            vec![0; signature.len()],
            vec![0xff; signature.len()],
            vec![1],
        ] {
            let token = format!("{message}.{}", base64url(wrong));
            api.refuses(algorithm.name(), &token).await;
        }
        api.accepts(algorithm.name(), &token).await;
    }
}

/// Encodes an `ECDSA-Sig-Value` (RFC 3279 §2.2.3), as other cryptography libraries do.
fn der(r: &[u8], s: &[u8]) -> Vec<u8> {
    let integer = |number: &[u8]| {
        let start = number.iter().position(|byte| *byte != 0).unwrap();
        let number = &number[start..];
        let sign = usize::from(number[0] >= 0x80);
        [
            &[2, u8::try_from(number.len() + sign).unwrap()],
            &b"\0"[..sign],
            number,
        ]
        .concat()
    };
    let content = [integer(r), integer(s)].concat();
    let length = u8::try_from(content.len()).unwrap();
    let length = if length < 0x80 {
        vec![length]
    } else {
        vec![0x81, length]
    };
    [vec![0x30], length, content].concat()
}
