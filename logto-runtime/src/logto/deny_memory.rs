//! A bounded memory of the answers of `deny_if_async`, by token.
//!
//! The memory identifies a token by a digest, so it holds neither tokens nor claims. Otherwise
//! `token_cache_bytes(0)` would not keep tokens out of the memory of the process.

use std::{sync::Arc, time::Duration};

use foldhash::quality::RandomState;
use quick_cache::{OptionsBuilder, Weighter, sync};

use crate::verify::{OVERHEAD_BYTES, TYPICAL_ENTRY_BYTES, TokenDigest, Verified};

/// The memory takes at most this many bytes, enough for about 5,000 tokens.
const MEMORY: usize = 8 * 1024 * 1024;

/// A map from verified tokens to values, with a maximum size in bytes. If several requests need the value of
/// a token, only one request makes it.
///
/// A wrong hit needs two tokens with the same digest, and both must be signed by Logto. Such a collision of
/// SHA-256 would also break the signatures of ES256 and RS256.
pub(crate) struct TokenMemory<T> {
    entries: sync::Cache<TokenDigest, Counted<T>, Bytes, RandomState>,
}

/// A value, and the memory that its verified token would take.
#[derive(Clone)]
struct Counted<T> {
    value: T,
    token_bytes: usize,
}

/// The right to make the value for a token. If the right is dropped, the next waiting request gets
/// it.
pub(crate) struct Start<'m, T: Clone> {
    place: Place<'m, Counted<T>>,
    token_bytes: usize,
}

type Place<'m, V> = sync::PlaceholderGuard<
    'm,
    TokenDigest,
    V,
    Bytes,
    RandomState,
    sync::DefaultLifecycle<TokenDigest, V>,
>;

impl<T: Clone> TokenMemory<T> {
    /// Returns a memory whose values are used for this time. With zero, it keeps no value, and gives each
    /// value only to the requests that wait.
    pub(crate) fn new(remembered_for: Duration) -> Self {
        Self::with_capacity(if remembered_for.is_zero() { 0 } else { MEMORY })
    }

    pub(crate) fn with_capacity(bytes: usize) -> Self {
        let items = bytes / TYPICAL_ENTRY_BYTES;
        let options = OptionsBuilder::new()
            .weight_capacity(bytes as u64)
            .estimated_items_capacity(items)
            .build();
        let (hasher, lifecycle) = (RandomState::default(), sync::DefaultLifecycle::default());
        Self {
            entries: match options {
                Ok(options) => sync::Cache::with_options(options, Bytes, hasher, lifecycle),
                Err(_) => sync::Cache::with(items, bytes as u64, Bytes, hasher, lifecycle),
            },
        }
    }

    pub(crate) fn get(&self, token: &Arc<Verified>) -> Option<T> {
        self.entries.get(token.digest()).map(|kept| kept.value)
    }

    /// Returns the value of a token. If the value is missing or `stale`, returns the right to make it. Waits
    /// while another request makes the value.
    pub(crate) async fn get_or_start(
        &self,
        token: &Arc<Verified>,
        stale: impl Fn(&T) -> bool,
    ) -> Result<T, Start<'_, T>> {
        let key = token.digest();
        self.entries.remove_if(key, |kept| stale(&kept.value));
        match self.entries.get_value_or_guard_async(key).await {
            Ok(found) => Ok(found.value),
            Err(place) => Err(Start {
                place,
                token_bytes: token.bytes(),
            }),
        }
    }
}

impl<T: Clone> Start<'_, T> {
    /// Gives the value to the requests that wait, and to later requests.
    pub(crate) fn finish(self, value: T) {
        // Fails if the token was removed meanwhile. The requests that wait get the value even then.
        let _ = self.place.insert(Counted {
            value,
            token_bytes: self.token_bytes,
        });
    }
}

/// Counts each value with its whole token, although the memory holds a digest instead. So the memory never
/// takes more than its capacity.
#[derive(Clone)]
struct Bytes;

impl<T> Weighter<TokenDigest, Counted<T>> for Bytes {
    fn weight(&self, _: &TokenDigest, kept: &Counted<T>) -> u64 {
        (kept.token_bytes + size_of::<T>() + OVERHEAD_BYTES) as u64
    }
}

#[cfg(test)]
mod tests {
    use std::pin::pin;

    use futures_util::FutureExt as _;

    use super::*;
    use crate::verify::test_tokens::verified;

    /// `quick_cache` divides a memory into parts, each with its own lock. A part that is too small would not
    /// keep the token.
    #[tokio::test]
    async fn a_small_memory_keeps_a_token() {
        let memory = TokenMemory::<u64>::with_capacity(2 * TYPICAL_ENTRY_BYTES - 1);
        let token = verified(b"a.b.c");
        if let Err(start) = memory.get_or_start(&token, |_| false).await {
            start.finish(7);
        }
        assert_eq!(memory.get(&token), Some(7));
    }

    #[tokio::test]
    async fn a_value_is_made_once_and_its_weight_includes_the_token() {
        let memory = TokenMemory::<u64>::with_capacity(1 << 20);
        let token = verified(b"a.b.c");
        assert_eq!(memory.get(&token), None);
        let Err(start) = memory.get_or_start(&token, |_| false).await else {
            panic!("the memory has a value that nobody made");
        };
        start.finish(7);
        assert_eq!(memory.get(&token), Some(7));
        assert_eq!(memory.get_or_start(&token, |_| false).await.ok(), Some(7));
        let bytes = token.bytes() + size_of::<u64>() + OVERHEAD_BYTES;
        assert_eq!(memory.entries.weight(), bytes as u64);
        let stale = memory.get_or_start(&token, |value| *value == 7).await;
        assert!(stale.is_err(), "a stale value is made anew");
    }

    #[tokio::test]
    async fn a_memory_of_values_that_are_used_for_no_time_keeps_none_but_shares_each() {
        let memory = TokenMemory::<u64>::new(Duration::ZERO);
        let token = verified(b"a.b.c");
        let Err(start) = memory.get_or_start(&token, |_| false).await else {
            panic!("the memory has a value that nobody made");
        };
        let mut waiting = pin!(memory.get_or_start(&token, |_| false));
        assert!(waiting.as_mut().now_or_never().is_none());
        start.finish(7);
        assert_eq!(waiting.await.ok(), Some(7));
        assert_eq!(memory.get(&token), None);
        assert_eq!((memory.entries.len(), memory.entries.weight()), (0, 0));
        let next = memory.get_or_start(&token, |_| false).await;
        assert!(next.is_err(), "the next request makes its own value");
    }
}
