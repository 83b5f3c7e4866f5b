//! Remembers that a token was found clean: the list of revocations did not refuse it.
//!
//! This file does not depend on tokens, so that loom can test its interleavings.

use super::sync::{AtomicU64, Ordering};

/// The generation of the list of revocations at which a token was last found clean. The generation
/// is a counter.
///
/// The list raises its generation after each new entry, so the stored number says which entries were in the
/// list at that look-up. The number means the same in every thread, so relaxed operations are enough.
#[derive(Debug)]
pub(crate) struct FoundClean(AtomicU64);

/// The generation of a token that was never found clean. The generations of a list start at one.
const NEVER: u64 = 0;

impl FoundClean {
    pub(crate) fn never() -> Self {
        Self(AtomicU64::new(NEVER))
    }

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
