//! Remembers that a token was found clean. Clean means: the list of revocations did not refuse the token.
//!
//! This file does not depend on tokens, so that loom can test its interleavings.

use super::sync::{AtomicU64, Ordering};

/// The generation under which a token was last found clean.
///
/// The generation is a counter of the list of revocations. After the list adds entries, it raises the
/// counter. A token that was found clean under an older generation must be looked up again. Relaxed
/// operations are enough, because no other memory depends on the stored number.
#[derive(Debug)]
pub(crate) struct FoundClean(AtomicU64);

/// The generation of a token that was never found clean. The generations of a list start at one.
const NEVER: u64 = 0;

impl FoundClean {
    pub(crate) fn never() -> Self {
        Self(AtomicU64::new(NEVER))
    }

    /// Returns whether the token was last found clean under this generation.
    #[inline]
    pub(crate) fn is_under(&self, generation: u64) -> bool {
        self.0.load(Ordering::Relaxed) == generation
    }

    pub(crate) fn is_never(&self) -> bool {
        self.is_under(NEVER)
    }

    pub(crate) fn set(&self, generation: u64) {
        self.0.store(generation, Ordering::Relaxed);
    }
}
