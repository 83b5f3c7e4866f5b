//! A bounded memory of the answers of `deny_if_async`, by token.

use std::sync::Arc;

use foldhash::quality::RandomState;
use quick_cache::{OptionsBuilder, Weighter, sync};

use crate::verify::{OVERHEAD_BYTES, TYPICAL_ENTRY_BYTES, Token, Verified};

/// A map from verified tokens to values, with a maximum size in bytes. If several requests need the value of
/// a token, only one request makes it.
pub(crate) struct TokenMemory<T> {
    entries: sync::Cache<Token, T, Bytes, RandomState>,
}

/// The right to make the value for a token. If the right is dropped, the next waiting request gets
/// it.
pub(crate) struct Start<'m, T: Clone>(
    sync::PlaceholderGuard<'m, Token, T, Bytes, RandomState, sync::DefaultLifecycle<Token, T>>,
);

impl<T: Clone> TokenMemory<T> {
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
        self.entries.get(token.token())
    }

    /// Returns the value of a token. If the value is missing or `stale`, returns the right to make it. Waits
    /// while another request makes the value.
    pub(crate) async fn get_or_start(
        &self,
        token: &Arc<Verified>,
        stale: impl Fn(&T) -> bool,
    ) -> Result<T, Start<'_, T>> {
        self.entries.remove_if(token.token(), stale);
        let key = Token::of(token);
        let found = self.entries.get_value_or_guard_async(&key).await;
        found.map_err(Start)
    }
}

impl<T: Clone> Start<'_, T> {
    /// Gives the value to the requests that wait, and to later requests.
    pub(crate) fn finish(self, value: T) {
        // Fails if the token was removed meanwhile. The requests that wait get the value even then.
        let _ = self.0.insert(value);
    }
}

/// Computes how many bytes a token and its value take in the memory.
#[derive(Clone)]
struct Bytes;

impl<T> Weighter<Token, T> for Bytes {
    fn weight(&self, token: &Token, _: &T) -> u64 {
        (token.kept_bytes() + size_of::<T>() + OVERHEAD_BYTES) as u64
    }
}

#[cfg(test)]
mod tests {
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
}
