//! Checks the usable keys of a key set document.

use std::{collections::BTreeSet, sync::Arc};

use serde_json::Value;

use crate::jwks::KeySet;

/// Checks three properties of each usable key: a lookup by `kid` finds the key, the key rejects a signature
/// whose bytes are all zero, and a refresh with the same document keeps the key.
pub fn key_set(input: &[u8]) {
    let Ok(keys) = KeySet::parse(input, None) else {
        return;
    };
    let ids = ids(input);
    let found: Vec<_> = ids.iter().filter_map(|id| keys.find(id)).collect();
    assert_eq!(found.len(), keys.len());
    assert!((1..=64).contains(&found.len()));
    for key in &found {
        for bytes in [0, 64, 96, 132, 256, 384, 512, 1_024] {
            assert!(key.verify(input, &vec![0; bytes]).is_err());
        }
    }

    // A refresh with the same document returns the same keys, and does not retire them.
    let again = KeySet::parse(input, Some(&keys)).ok();
    assert_eq!(again.as_ref().map(KeySet::len), Some(keys.len()));
    let Some(again) = again else { return };
    keys.retire_keys_missing_in(&again);
    for (id, key) in ids.iter().filter_map(|id| Some((id, keys.find(id)?))) {
        assert!(again.find(id).is_some_and(|same| Arc::ptr_eq(same, key)));
        assert!(!key.is_retired());
    }
}

fn ids(document: &[u8]) -> BTreeSet<String> {
    let document: Value = serde_json::from_slice(document).unwrap_or_default();
    let keys = document.get("keys").and_then(Value::as_array);
    keys.into_iter()
        .flatten()
        .filter_map(|key| key.get("kid")?.as_str().map(str::to_owned))
        .collect()
}
