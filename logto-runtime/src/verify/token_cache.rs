//! A bounded cache of verified tokens.

use std::{
    fmt,
    hash::{Hash, Hasher},
    sync::Arc,
};

use foldhash::quality::RandomState;
use quick_cache::{Equivalent, OptionsBuilder, Weighter, sync};

use super::verified::Verified;

/// A cache from whole tokens to their verified claims, bounded by memory.
///
/// - A hit requires that every byte is equal, so it is never wrong.
/// - Only verified tokens are inserted, so clients without valid tokens cannot fill the cache.
/// - The hash of a token decides which cached tokens are compared with it. The seed of the hash is random and
///   secret, so the time of a comparison reveals nothing about a cached token.
/// - At each hit, the verifier still checks the times of the token, and whether its signing key is in the key
///   set.
pub(crate) struct TokenCache {
    entries: sync::Cache<Token, Arc<Verified>, Bytes, RandomState>,
}

impl TokenCache {
    /// Returns a cache of about this many bytes. Returns `None` for 0: the cache is then off.
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

    pub(crate) fn contains(&self, token: &[u8]) -> bool {
        self.entries.contains_key(token)
    }

    pub(crate) fn insert(&self, verified: &Arc<Verified>) {
        let token = Token(Arc::clone(verified));
        self.entries.insert(token, Arc::clone(verified));
    }

    pub(crate) fn remove(&self, token: &[u8]) {
        self.entries.remove(token);
    }

    /// Returns the number of cached tokens and their size in bytes.
    pub(crate) fn usage(&self) -> (usize, u64) {
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

/// A key of the cache: the bytes of a verified token, shared with the value.
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

/// Hashes like `[u8]`, because tokens are looked up by their bytes.
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

/// The size in bytes of a typical entry: a cached ES384 token from Logto.
pub(crate) const TYPICAL_ENTRY_BYTES: usize = 1_600;

/// The memory that an entry takes beyond its own bytes. An entry has a slot in tables that grow by doubling.
/// An entry also has four or five blocks of memory, each with an overhead of the allocator.
pub(crate) const OVERHEAD_BYTES: usize = 224;

/// Weighs entries by their bytes in memory.
#[derive(Clone)]
struct Bytes;

impl Weighter<Token, Arc<Verified>> for Bytes {
    fn weight(&self, _: &Token, verified: &Arc<Verified>) -> u64 {
        (verified.bytes() + OVERHEAD_BYTES) as u64
    }
}

#[cfg(test)]
mod tests {
    use std::hash::BuildHasherDefault;

    use super::*;
    use crate::verify::test_tokens::verified;

    /// A hash that is the same for all tokens.
    #[derive(Default)]
    struct Same;

    impl Hasher for Same {
        fn finish(&self) -> u64 {
            7
        }

        fn write(&mut self, _: &[u8]) {}
    }

    #[test]
    fn a_capacity_of_zero_switches_the_cache_off() {
        assert!(TokenCache::with_capacity(0).is_none());
        assert!(TokenCache::with_capacity(1).is_some());
    }

    /// `quick_cache` divides a cache into parts, and does not keep an entry that is larger than a part. The
    /// number of parts depends on the estimated number of entries.
    #[test]
    fn a_small_cache_is_not_divided_into_parts_that_are_too_small_for_a_token() {
        let cache = TokenCache::with_capacity(2 * TYPICAL_ENTRY_BYTES - 1).unwrap();
        let token = verified(b"a.b.c");
        cache.insert(&token);
        assert!(cache.contains(token.token()));
    }

    #[test]
    fn each_token_counts_once_with_the_memory_that_it_takes() {
        let cache = TokenCache::with_capacity(1 << 20).unwrap();
        assert_eq!(cache.usage(), (0, 0));
        let (first, second) = (verified(b"a.b.c"), verified(b"a.b.longer"));
        let weight = |token: &Arc<Verified>| (token.bytes() + OVERHEAD_BYTES) as u64;
        for (token, usage) in [
            (&first, (1, weight(&first))),
            (&first, (1, weight(&first))),
            (&second, (2, weight(&first) + weight(&second))),
        ] {
            cache.insert(token);
            assert_eq!(cache.usage(), usage);
            assert!(cache.contains(token.token()));
        }
        cache.remove(first.token());
        assert!(!cache.contains(first.token()));
        assert_eq!(cache.usage(), (1, weight(&second)));
        assert_eq!(second.bytes(), first.bytes() + 5);
    }

    #[test]
    fn a_hit_requires_equal_bytes_even_if_all_hashes_are_equal() {
        let tokens: [&[u8]; 6] = [b"a.b.c", b"a.b.d", b"A.b.c", b"a.b.c ", b"a.b.", b""];
        let entries: sync::Cache<Token, Arc<Verified>, Bytes, BuildHasherDefault<Same>> =
            sync::Cache::with(
                16,
                1 << 20,
                Bytes,
                BuildHasherDefault::default(),
                sync::DefaultLifecycle::default(),
            );
        let first = verified(tokens[0]);
        entries.insert(Token(Arc::clone(&first)), first);
        let hit = |token: &[u8]| entries.get(token).map(|hit| hit.token().to_vec());
        assert_eq!(hit(tokens[0]).as_deref(), Some(tokens[0]));
        for token in &tokens[1..] {
            assert_eq!(hit(token), None, "{token:?}");
        }
        for token in &tokens[1..] {
            let other = verified(token);
            entries.insert(Token(Arc::clone(&other)), other);
        }
        for token in tokens {
            assert_eq!(hit(token).as_deref(), Some(token));
        }
    }
}
