//! Parsing of key sets. A broken key does not affect the other keys.

use std::sync::Arc;

use serde_json::{Value, json};

use super::support::{TestKey, document};
use crate::jwks::{
    KeySet,
    key_set::KeySetError::{self, NoUsableKey, NotAKeySet, TooManyKeys},
};

fn parse(document: &Value) -> Result<KeySet, KeySetError> {
    KeySet::parse(document.to_string().as_bytes(), None)
}

/// Returns the ids for which the set has a key.
fn found<'a>(keys: &KeySet, ids: &[&'a str]) -> Vec<&'a str> {
    let known = ids.iter().filter(|id| keys.find(id).is_some());
    known.copied().collect()
}

#[test]
fn unsupported_and_broken_keys_do_not_affect_other_keys() {
    let (first, last) = (TestKey::new("first"), TestKey::new("last"));
    let mut broken = TestKey::new("broken").jwk();
    broken["x"] = json!("AA");
    let keys = parse(&json!({
        "keys": [first.jwk(), { "kty": "oct" }, broken, null, [[]], "key", last.jwk()],
        "more": { "of": "it" },
    }))
    .unwrap();
    assert_eq!(keys.len(), 2);
    assert_eq!(
        found(&keys, &["first", "broken", "last", ""]),
        ["first", "last"]
    );
}

#[test]
fn an_id_is_compared_byte_for_byte() {
    let keys = parse(&json!({ "keys": [TestKey::new("Key").jwk()] })).unwrap();
    assert_eq!(
        found(&keys, &["Key", "key", "KEY", "Key ", "Ke", "Key\0"]),
        ["Key"]
    );
}

#[test]
fn every_key_of_a_large_set_is_found() {
    let keys: Vec<_> = (0..64)
        .rev()
        .map(|number| TestKey::new(format!("k{number}")))
        .collect();
    let listed: Vec<_> = keys.iter().collect();
    let set = KeySet::parse(document(&listed).as_bytes(), None).unwrap();
    assert_eq!(set.len(), 64);
    for key in &keys {
        assert_eq!(set.find(&key.id).unwrap().key_id(), key.id);
    }
}

#[test]
fn duplicates_of_a_key_are_merged() {
    let (twice, other) = (TestKey::new("twice"), TestKey::new("other"));
    let keys = parse(&json!({ "keys": [twice.jwk(), other.jwk(), twice.jwk()] })).unwrap();
    assert_eq!(keys.len(), 2);
    assert_eq!(found(&keys, &["twice", "other"]), ["twice", "other"]);
}

#[test]
fn different_keys_with_one_id_are_dropped() {
    let other = TestKey::new("other");
    let claimants = [TestKey::new("twice"), TestKey::new("twice")];
    for order in [[0, 1, 0], [1, 0, 0], [0, 0, 1]] {
        let mut members: Vec<_> = order
            .iter()
            .map(|claimant| claimants[*claimant].jwk())
            .collect();
        members.insert(1, other.jwk());
        let keys = parse(&json!({ "keys": members })).unwrap();
        assert_eq!(found(&keys, &["twice", "other"]), ["other"]);
    }
}

/// Unusable keys are skipped before ids are compared.
#[test]
fn a_usable_key_is_kept_if_an_unusable_key_has_the_same_id() {
    let key = TestKey::new("k1");
    let unusable = json!({ "kty": "OKP", "crv": "X25519", "kid": "k1", "use": "enc", "x": "AA" });
    let keys = parse(&json!({ "keys": [unusable, key.jwk()] })).unwrap();
    assert_eq!(found(&keys, &["k1"]), ["k1"]);
}

#[test]
fn an_unusable_document_is_rejected_with_the_reason() {
    let keys = |count: usize| -> Vec<_> {
        (0..count)
            .map(|number| TestKey::new(format!("k{number}")).jwk())
            .collect()
    };
    let twice = [TestKey::new("k1").jwk(), TestKey::new("k1").jwk()];
    for (document, error) in [
        (json!(null), NotAKeySet),
        (json!([]), NotAKeySet),
        (json!({}), NotAKeySet),
        (json!({ "keys": null }), NotAKeySet),
        (json!({ "keys": {} }), NotAKeySet),
        (json!({ "Keys": keys(1) }), NotAKeySet),
        (json!(keys(1)), NotAKeySet),
        (json!([keys(1)]), NotAKeySet),
        (keys(1).remove(0), NotAKeySet),
        (json!({ "keys": keys(65) }), TooManyKeys),
        (json!({ "keys": vec![json!(0); 65] }), TooManyKeys),
        (json!({ "keys": [] }), NoUsableKey { keys: 0 }),
        (json!({ "keys": [{}, 1] }), NoUsableKey { keys: 2 }),
        (json!({ "keys": twice }), NoUsableKey { keys: 2 }),
    ] {
        assert_eq!(
            parse(&document).map(|keys| keys.len()),
            Err(error),
            "{document}"
        );
    }
    for text in [
        "",
        " ",
        "{",
        r#"{"keys":[]}x"#,
        "<html>",
        "\u{feff}{\"keys\":[]}",
    ] {
        let read = KeySet::parse(text.as_bytes(), None);
        assert_eq!(read.map(|keys| keys.len()), Err(NotAKeySet), "{text}");
    }
}

#[test]
fn a_key_that_stays_keeps_its_identity_and_a_removed_key_is_retired() {
    let (stays, goes) = (TestKey::new("stays"), TestKey::new("goes"));
    let (changes, changed) = (TestKey::new("changes"), TestKey::new("changes"));
    let set = |keys: &[&TestKey], previous| KeySet::parse(document(keys).as_bytes(), previous);
    let before = set(&[&goes, &stays, &changes], None).unwrap();
    let after = set(&[&changed, &stays], Some(&before)).unwrap();
    before.retire_keys_missing_in(&after);
    let key = |set: &KeySet, id: &str| Arc::clone(set.find(id).unwrap());
    assert!(Arc::ptr_eq(&key(&before, "stays"), &key(&after, "stays")));
    for (set, id, retired) in [
        (&after, "stays", false),
        (&before, "goes", true),
        (&before, "changes", true),
        (&after, "changes", false),
    ] {
        assert_eq!(key(set, id).is_retired(), retired, "{id}");
    }
}
