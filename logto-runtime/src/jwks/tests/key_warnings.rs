//! Log events about keys that are not used.

use serde_json::{Value, json};

use super::{support::TestKey, warnings::Warnings};
use crate::jwks::KeySet;

/// Reads a key set as the successor of `previous`, and returns it with the number of warnings.
fn refresh(keys: &Value, previous: Option<&KeySet>) -> (KeySet, usize) {
    let warnings = Warnings::default();
    let document = json!({ "keys": keys }).to_string();
    let set = tracing::subscriber::with_default(warnings.clone(), || {
        KeySet::parse(document.as_bytes(), previous).unwrap()
    });
    (set, warnings.reasons().len())
}

#[test]
fn a_skipped_key_is_logged_when_it_appears_and_when_its_reason_changes() {
    let good = TestKey::new("good").jwk();
    let shared = json!({ "kty": "oct", "kid": "shared", "k": "AA" });
    let nameless = json!({ "kty": "RSA" });
    let twice = [TestKey::new("twice").jwk(), TestKey::new("twice").jwk()];

    let all = json!([good, shared, nameless, twice[0], twice[1]]);
    let (first, warnings) = refresh(&all, None);
    // The two keys with the id `twice` cause one warning.
    assert_eq!(warnings, 3);
    let (second, warnings) = refresh(&all, Some(&first));
    assert_eq!(warnings, 0);

    let another = json!({ "kty": "oct", "kid": "another", "k": "AA" });
    let (third, warnings) = refresh(&json!([good, shared, another]), Some(&second));
    assert_eq!(warnings, 1);
    // The previous set did not have `nameless`, so this key is logged again.
    let (fourth, warnings) = refresh(&json!([good, shared, nameless]), Some(&third));
    assert_eq!(warnings, 1);
    // `shared` is now skipped for a different reason, so it is logged again.
    let shared = json!({ "kty": "OKP", "crv": "Ed25519", "kid": "shared", "use": "enc", "x": "" });
    let (fifth, warnings) = refresh(&json!([good, shared, nameless]), Some(&fourth));
    assert_eq!(warnings, 1);
    assert_eq!(refresh(&json!([good]), Some(&fifth)).1, 0);
}
