//! Tokens that verified, remembered until they expire or memory runs short.

use std::{
    fmt,
    hash::{BuildHasher, Hasher},
    sync::Arc,
};

use quick_cache::{OptionsBuilder, Weighter, sync};

use super::verified::Verified;

/// A bounded map from whole tokens to what they verified to.
///
/// Found by a seeded hash *and* equality of every byte, so a hit is never wrong, and only what
/// verified gets in, so strangers cannot fill it. Bytes are compared only under an equal hash,
/// whose seed nobody knows, so the time a comparison takes says nothing about a stored token.
/// Whether a hit still counts is the verifier's question.
pub(crate) struct TokenCache {
    seed: foldhash::quality::RandomState,
    entries: sync::Cache<u64, Arc<Verified>, Bytes, KeyIsHash>,
}

impl TokenCache {
    /// A cache that holds about `bytes`; `None` for 0, which switches it off.
    pub(crate) fn with_capacity(bytes: usize) -> Option<Self> {
        let options = OptionsBuilder::new()
            .weight_capacity(bytes as u64)
            .estimated_items_capacity(bytes / TYPICAL_ENTRY_BYTES)
            .build()
            .ok()
            .filter(|_| bytes > 0)?;
        Some(Self {
            seed: foldhash::quality::RandomState::default(),
            entries: sync::Cache::with_options(
                options,
                Bytes,
                KeyIsHash,
                sync::DefaultLifecycle::default(),
            ),
        })
    }

    /// Where this token is, or would be.
    pub(crate) fn slot<'a>(&'a self, token: &'a [u8]) -> Slot<'a> {
        let mut hasher = self.seed.build_hasher();
        hasher.write(token);
        Slot {
            cache: self,
            token,
            hash: hasher.finish(),
        }
    }

    /// How many tokens are remembered, and in how many bytes.
    pub(crate) fn fill(&self) -> (usize, u64) {
        (self.entries.len(), self.entries.weight())
    }
}

/// The place of one token, whose hash is computed once.
#[derive(Clone, Copy)]
pub(crate) struct Slot<'a> {
    cache: &'a TokenCache,
    token: &'a [u8],
    hash: u64,
}

impl Slot<'_> {
    pub(crate) fn get(self) -> Option<Arc<Verified>> {
        self.cache
            .entries
            .get(&self.hash)
            .filter(|verified| verified.token() == self.token)
    }

    /// Of two tokens with one hash, should there ever be any, the later stays.
    pub(crate) fn insert(self, verified: Arc<Verified>) {
        self.cache.entries.insert(self.hash, verified);
    }

    pub(crate) fn remove(self) {
        self.cache.entries.remove(&self.hash);
    }
}

impl fmt::Debug for TokenCache {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TokenCache")
            .field("tokens", &self.entries.len())
            .field("bytes", &self.entries.weight())
            .finish()
    }
}

/// An ES384 token of Logto with what is kept of it.
const TYPICAL_ENTRY_BYTES: usize = 1_600;

/// What an entry takes beside its own bytes: a slot in tables that grow by doubling, and what the
/// allocator adds to four or five blocks.
const OVERHEAD_BYTES: usize = 224;

#[derive(Clone)]
struct Bytes;

impl Weighter<u64, Arc<Verified>> for Bytes {
    fn weight(&self, _: &u64, verified: &Arc<Verified>) -> u64 {
        (verified.bytes() + OVERHEAD_BYTES) as u64
    }
}

/// The hash was computed over the token; the map takes it as it is.
#[derive(Clone, Copy)]
struct KeyIsHash;

struct KeyIsHashHasher(u64);

impl BuildHasher for KeyIsHash {
    type Hasher = KeyIsHashHasher;

    fn build_hasher(&self) -> KeyIsHashHasher {
        KeyIsHashHasher(0)
    }
}

impl Hasher for KeyIsHashHasher {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        // Keys are one u64; anything else would only make a poor hash, never a wrong hit.
        for byte in bytes {
            self.0 = self.0.rotate_left(8) ^ u64::from(*byte);
        }
    }

    fn write_u64(&mut self, hash: u64) {
        self.0 = hash;
    }
}
