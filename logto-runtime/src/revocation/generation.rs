//! The counter that tells whether a token must be looked up in the list of revocations again.
//!
//! This file does not depend on the list, so that loom can test its interleavings.

use super::sync::{AtomicU64, Ordering};
use crate::verify::FoundClean;

/// The generation of a list of revocations. It is raised after entries were added.
#[derive(Debug)]
pub(crate) struct Generation(AtomicU64);

impl Generation {
    /// Starts at one: zero means that a token was never found clean (not revoked).
    pub(crate) fn first() -> Self {
        Self(AtomicU64::new(1))
    }

    /// Raises the generation. Call this method after a new entry is in the list.
    pub(crate) fn raise(&self) {
        self.0.fetch_add(1, Ordering::Release);
    }

    /// Whether a token was found clean under the current generation.
    #[inline]
    pub(crate) fn is_known_to(&self, token: &FoundClean) -> bool {
        token.is_under(self.0.load(Ordering::Acquire))
    }

    /// Looks a token up, unless it was found clean under the current generation.
    ///
    /// The generation is read before the look-up. If an entry arrives during or after the look-up, the token
    /// is looked up again. In the opposite order, an entry that arrives after the look-up, but before the
    /// generation is read, would be missed. The token could then pass until another entry arrives.
    #[inline]
    pub(crate) fn look_up<T>(
        &self,
        token: &FoundClean,
        look_up: impl FnOnce() -> Option<T>,
    ) -> Option<T> {
        let generation = self.0.load(Ordering::Acquire);
        if token.is_under(generation) {
            return None;
        }
        let found = look_up();
        if found.is_none() {
            token.set(generation);
        }
        found
    }
}
