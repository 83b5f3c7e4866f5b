//! A key set (RFC 7517 §5): its usable keys, looked up by `kid`.

use std::sync::Arc;

use serde::Deserialize;
use serde_json::Value;

use super::{
    key::{KeyError, VerificationKey},
    key_log::{KeyLog, Skipped},
    limits::MAX_KEYS,
};

/// The usable keys of one document, sorted by `kid`, and the keys that were skipped.
#[derive(Debug, Default)]
pub(crate) struct KeySet {
    pub(super) keys: Vec<Arc<VerificationKey>>,
    skipped: Vec<Skipped>,
}

/// Why a document is not a usable key set.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum KeySetError {
    /// It is not a JSON object with an array `keys`.
    #[error("it is not a JSON object with an array `keys`")]
    NotAKeySet,
    /// It has more than [`MAX_KEYS`] keys.
    #[error("it has more than {MAX_KEYS} keys")]
    TooManyKeys,
    /// It does not contain a usable key.
    #[error("none of its {keys} keys can be used")]
    NoUsableKey {
        /// The number of keys in the document.
        keys: usize,
    },
}

impl KeySet {
    /// Reads a document.
    ///
    /// Skips keys that cannot be used. Logs a warning for each entry of `skipped`, unless `previous` has the
    /// same entry. Keys that are also in `previous` keep their `Arc`.
    pub(crate) fn parse(document: &[u8], previous: Option<&Self>) -> Result<Self, KeySetError> {
        Self::parse_next(document, previous, &KeyLog::default())
    }

    /// Reads a document like [`parse`](Self::parse). `log` also remembers the last document without a usable
    /// key, so that its keys are not logged again.
    pub(super) fn parse_next(
        document: &[u8],
        previous: Option<&Self>,
        log: &KeyLog,
    ) -> Result<Self, KeySetError> {
        // A key set is an object. Serde would also read `Document` from an array: `[[…]]`.
        if !document.trim_ascii_start().starts_with(b"{") {
            return Err(KeySetError::NotAKeySet);
        }
        let Document { keys: members } =
            serde_json::from_slice(document).map_err(|_| KeySetError::NotAKeySet)?;
        if members.len() > MAX_KEYS {
            return Err(KeySetError::TooManyKeys);
        }
        let mut keys = Vec::with_capacity(members.len());
        let mut skipped = Vec::new();
        for member in &members {
            match VerificationKey::parse(member) {
                Ok(key) => keys.push(Arc::new(key)),
                Err(reason) => skipped.push(Skipped {
                    key_id: text(member.get("kid")),
                    reason,
                }),
            }
        }
        let mut keys = without_ambiguous(keys, &mut skipped);
        let current = previous.map_or(&[][..], |previous| &previous.skipped);
        log.skipped(&skipped, !keys.is_empty(), current);
        if keys.is_empty() {
            return Err(KeySetError::NoUsableKey {
                keys: members.len(),
            });
        }
        for key in &mut keys {
            let same = previous.and_then(|previous| previous.find(key.key_id()));
            if let Some(same) = same.filter(|same| same.same_as(key)) {
                *key = Arc::clone(same);
            }
        }
        Ok(Self { keys, skipped })
    }

    pub(crate) fn find(&self, key_id: &str) -> Option<&Arc<VerificationKey>> {
        self.keys
            .binary_search_by(|key| key.key_id().cmp(key_id))
            .ok()
            .and_then(|index| self.keys.get(index))
    }

    pub(crate) fn len(&self) -> usize {
        self.keys.len()
    }
}

/// Sorts the keys by `kid` and merges duplicates.
///
/// If different keys share a `kid`, leaves out all of them, and adds one entry to `skipped`. A token with
/// this `kid` does not say which of the keys signed it. Distinct keys should have distinct `kid` values (RFC
/// 7517 §4.5).
fn without_ambiguous(
    mut keys: Vec<Arc<VerificationKey>>,
    skipped: &mut Vec<Skipped>,
) -> Vec<Arc<VerificationKey>> {
    keys.sort_by(|a, b| a.key_id().cmp(b.key_id()));
    let mut kept = Vec::with_capacity(keys.len());
    for group in keys.chunk_by(|a, b| a.key_id() == b.key_id()) {
        let Some((first, others)) = group.split_first() else {
            continue;
        };
        if others.iter().all(|other| other.same_as(first)) {
            kept.push(Arc::clone(first));
        } else {
            skipped.push(Skipped {
                key_id: first.key_id().to_owned(),
                reason: KeyError::KeyIdTwice,
            });
        }
    }
    kept
}

fn text(value: Option<&Value>) -> String {
    value.and_then(Value::as_str).unwrap_or_default().to_owned()
}

#[derive(Deserialize)]
struct Document {
    keys: Vec<Value>,
}
