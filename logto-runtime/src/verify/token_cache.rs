//! Tokens that verified, remembered until they expire or memory runs short.

use std::{
    fmt,
    hash::{Hash, Hasher},
    sync::Arc,
};

use foldhash::quality::RandomState;
use quick_cache::{Equivalent, OptionsBuilder, Weighter, sync};

use super::verified::Verified;

/// A bounded map from whole tokens to what they verified to.
///
/// A token is found by a seeded hash and equality of every byte, so a hit is never wrong. Only
/// verified tokens get in, so strangers cannot fill it. Bytes are compared only under an equal hash,
/// whose seed nobody knows, so the time a comparison takes says nothing about a stored token. Whether
/// a hit still counts is for the verifier to say.
pub(crate) struct TokenCache {
    entries: sync::Cache<Token, Arc<Verified>, Bytes, RandomState>,
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
            entries: sync::Cache::with_options(
                options,
                Bytes,
                RandomState::default(),
                sync::DefaultLifecycle::default(),
            ),
        })
    }

    pub(crate) fn get(&self, token: &[u8]) -> Option<Arc<Verified>> {
        self.entries.get(token)
    }

    pub(crate) fn insert(&self, verified: &Arc<Verified>) {
        let token = Token(Arc::clone(verified));
        self.entries.insert(token, Arc::clone(verified));
    }

    pub(crate) fn remove(&self, token: &[u8]) {
        self.entries.remove(token);
    }

    /// How many tokens are remembered, and in how many bytes.
    pub(crate) fn fill(&self) -> (usize, u64) {
        (self.entries.len(), self.entries.weight())
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

/// A key of the cache: the bytes of a verified token, which its value holds anyway.
#[derive(Clone)]
struct Token(Arc<Verified>);

impl Token {
    fn bytes(&self) -> &[u8] {
        self.0.token()
    }
}

impl PartialEq for Token {
    fn eq(&self, other: &Self) -> bool {
        self.bytes() == other.bytes()
    }
}

impl Eq for Token {}

/// As `[u8]` hashes, since tokens are looked up by their bytes.
impl Hash for Token {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.bytes().hash(state);
    }
}

impl Equivalent<Token> for [u8] {
    fn equivalent(&self, key: &Token) -> bool {
        self == key.bytes()
    }
}

/// An ES384 token of Logto with what is kept of it.
const TYPICAL_ENTRY_BYTES: usize = 1_600;

/// What an entry takes beside its own bytes: a slot in tables that grow by doubling, and what the
/// allocator adds to four or five blocks.
const OVERHEAD_BYTES: usize = 224;

#[derive(Clone)]
struct Bytes;

impl Weighter<Token, Arc<Verified>> for Bytes {
    fn weight(&self, _: &Token, verified: &Arc<Verified>) -> u64 {
        (verified.bytes() + OVERHEAD_BYTES) as u64
    }
}
