//! The token with which the explorer shows the response to a revoked token.

use std::sync::OnceLock;

use super::revoked::Revoked;
use crate::verify::Verified;

/// The `jti` of the explorer's revoked tokens.
///
/// This is not an entry of the list: entries that the log lacks are appended to the log, and the explorer
/// must not write to the log. One `jti` serves all explorers, so loads of the page do not use more memory.
#[derive(Default)]
pub(super) struct Sample(OnceLock<Box<str>>);

impl Sample {
    /// Returns the `jti`. The first call sets it to `unused`, a `jti` that no token has.
    pub(super) fn token_id(&self, unused: String) -> &str {
        self.0.get_or_init(|| unused.into_boxed_str())
    }

    /// Returns the refusal of a token with this `jti`, or `None` for any other token.
    pub(super) fn find(&self, token: &Verified) -> Option<Revoked> {
        let is_sample = self.0.get().is_some_and(|id| **id == *token.token_id());
        is_sample.then(Revoked::token)
    }
}
