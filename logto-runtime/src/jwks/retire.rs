//! Retires the keys that are missing in a newer key set. The tokens of these keys then stop working.

use std::sync::Arc;

use super::key_set::KeySet;

impl KeySet {
    /// Returns the ids of this set's keys for which `next` has no key.
    pub(crate) fn ids_missing_in<'a>(&'a self, next: &'a Self) -> impl Iterator<Item = &'a str> {
        let ids = self.keys.iter().map(|key| key.key_id());
        ids.filter(|id| next.find(id).is_none())
    }

    /// Retires every key that is not in `next`: the tokens of the key stop working, even if they are in the
    /// token cache.
    pub(crate) fn retire_keys_missing_in(&self, next: &Self) {
        for key in &self.keys {
            if !next.keys.iter().any(|kept| Arc::ptr_eq(kept, key)) {
                key.retire();
            }
        }
    }
}
