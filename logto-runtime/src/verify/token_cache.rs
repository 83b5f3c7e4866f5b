//! Tokens that verified, remembered until they expire or memory runs short.

use std::{
    fmt,
    hash::{BuildHasher, Hash, Hasher},
    sync::Arc,
};

use quick_cache::{Equivalent, OptionsBuilder, Weighter, sync};

use super::verified::Verified;

/// A bounded map from whole tokens to what they verified to.
///
/// Found by a seeded hash *and* equality of every byte, so a hit is never wrong, and only what
/// verified gets in, so strangers cannot fill it. Whether a hit still counts is the verifier's
/// question.
pub(crate) struct TokenCache {
    seed: foldhash::quality::RandomState,
    entries: sync::Cache<Entry, Arc<Verified>, Bytes, PassHash>,
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
                PassHash,
                sync::DefaultLifecycle::default(),
            ),
        })
    }

    pub(crate) fn get(&self, token: &[u8]) -> Option<Arc<Verified>> {
        self.entries.get(&Lookup {
            hash: self.hash(token),
            token,
        })
    }

    pub(crate) fn insert(&self, verified: &Arc<Verified>) {
        let entry = Entry {
            hash: self.hash(verified.token()),
            verified: Arc::clone(verified),
        };
        self.entries.insert(entry, Arc::clone(verified));
    }

    pub(crate) fn remove(&self, token: &[u8]) {
        self.entries.remove(&Lookup {
            hash: self.hash(token),
            token,
        });
    }

    /// How many tokens are remembered, and in how many bytes.
    pub(crate) fn fill(&self) -> (usize, u64) {
        (self.entries.len(), self.entries.weight())
    }

    fn hash(&self, token: &[u8]) -> u64 {
        let mut hasher = self.seed.build_hasher();
        hasher.write(token);
        hasher.finish()
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

/// What the map itself spends on an entry: its slot, its place in the queues, three allocations.
const OVERHEAD_BYTES: usize = 128;

struct Entry {
    hash: u64,
    verified: Arc<Verified>,
}

struct Lookup<'a> {
    hash: u64,
    token: &'a [u8],
}

impl Hash for Entry {
    fn hash<H: Hasher>(&self, state: &mut H) {
        state.write_u64(self.hash);
    }
}

impl Hash for Lookup<'_> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        state.write_u64(self.hash);
    }
}

impl PartialEq for Entry {
    fn eq(&self, other: &Self) -> bool {
        self.hash == other.hash && self.verified.token() == other.verified.token()
    }
}

impl Eq for Entry {}

/// The hash first: bytes are compared only under an equal hash, whose seed nobody knows, so the
/// time a comparison takes says nothing about a stored token.
impl Equivalent<Entry> for Lookup<'_> {
    fn equivalent(&self, entry: &Entry) -> bool {
        self.hash == entry.hash && self.token == entry.verified.token()
    }
}

#[derive(Clone)]
struct Bytes;

impl Weighter<Entry, Arc<Verified>> for Bytes {
    fn weight(&self, _: &Entry, verified: &Arc<Verified>) -> u64 {
        (verified.bytes() + OVERHEAD_BYTES) as u64
    }
}

/// The hash is computed once, over the token; the map takes it as it is.
#[derive(Clone, Copy)]
struct PassHash;

struct PassHasher(u64);

impl BuildHasher for PassHash {
    type Hasher = PassHasher;

    fn build_hasher(&self) -> PassHasher {
        PassHasher(0)
    }
}

impl Hasher for PassHasher {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        // Entries write one u64; anything else would only make a poor hash, never a wrong hit.
        for byte in bytes {
            self.0 = self.0.rotate_left(8) ^ u64::from(*byte);
        }
    }

    fn write_u64(&mut self, hash: u64) {
        self.0 = hash;
    }
}
