//! [`ReplacedIds`], the ids of keys that have left the key set.

use std::{
    collections::VecDeque,
    sync::{Mutex, MutexGuard, PoisonError},
};

/// How many ids are remembered. Logto replaces a few keys in a year.
const MAX_IDS: usize = 64;

/// The ids of keys that have left the key set since the start of the process, at most [`MAX_IDS`]. The most
/// recent id is the last.
///
/// Clients keep sending the tokens of a removed key until the tokens expire. These tokens can cause fetches.
/// The fetches have a rate limit of their own, so that enough fetches are left for new keys.
#[derive(Debug, Default)]
pub(super) struct ReplacedIds(Mutex<VecDeque<Box<str>>>);

impl ReplacedIds {
    pub(super) fn remember<'a>(&self, ids: impl Iterator<Item = &'a str>) {
        let mut known = self.lock();
        for id in ids {
            known.retain(|known| **known != *id);
            known.push_back(id.into());
        }
        let surplus = known.len().saturating_sub(MAX_IDS);
        known.drain(..surplus);
    }

    pub(super) fn contains(&self, id: &str) -> bool {
        self.lock().iter().any(|known| **known == *id)
    }

    fn lock(&self) -> MutexGuard<'_, VecDeque<Box<str>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_latest_ids_are_remembered_up_to_the_limit() {
        let replaced = ReplacedIds::default();
        let ids: Vec<String> = (0..MAX_IDS + 2).map(|id| id.to_string()).collect();
        replaced.remember(ids.iter().map(String::as_str));
        replaced.remember(["2", "66"].into_iter());
        let remembered = |id: &str| replaced.contains(id);
        assert!(!remembered("0") && !remembered("1") && !remembered("3"));
        assert!(remembered("2") && remembered("4") && remembered("65") && remembered("66"));
        assert_eq!(replaced.lock().len(), MAX_IDS);
    }
}
