//! Retires the keys that are missing in a newer key set. Tokens that these keys signed then stop working.

use std::sync::Arc;

use super::key_set::KeySet;

impl KeySet {
    /// Returns the ids that have a key in this set, but not in `next`.
    pub(crate) fn ids_missing_in<'a>(&'a self, next: &'a Self) -> impl Iterator<Item = &'a str> {
        let ids = self.keys.iter().map(|key| key.key_id());
        ids.filter(|id| next.find(id).is_none())
    }

    /// Retires the keys of this set that are not in `next`. Tokens that these keys signed stop working, even
    /// tokens in the token cache.
    ///
    /// `next` must have been parsed with this set as `previous`. A kept key then is the same `Arc` in
    /// both sets.
    pub(crate) fn retire_keys_missing_in(&self, next: &Self) {
        for key in &self.keys {
            if !next.keys.iter().any(|kept| Arc::ptr_eq(kept, key)) {
                key.retire();
            }
        }
    }
}
