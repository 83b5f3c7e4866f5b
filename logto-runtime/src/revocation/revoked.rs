//! [`Revoked`]: the refusal of a token by an entry of the list of revocations.

use std::time::Duration;

use super::target::Kind;

/// The refusal of a token by an entry of the list of revocations.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the token was revoked, by an entry of the kind `{}`", self.kind.as_str())]
pub(crate) struct Revoked {
    kind: Kind,
    /// The time until a new token is accepted; `None` if a new token is accepted at once.
    pub(crate) accepted_in: Option<Duration>,
}

impl Revoked {
    /// Returns the refusal by an entry with this kind and `not_before`. If several entries refuse the token,
    /// use the entry with the greatest `not_before`.
    pub(super) fn until(not_before: i64, kind: Kind, now: i64) -> Self {
        let ahead = u64::try_from(not_before.saturating_sub(now)).unwrap_or(0);
        Self {
            kind,
            accepted_in: (ahead > 0).then(|| Duration::from_secs(ahead)),
        }
    }

    /// Returns the refusal by an entry that names the token's `jti`.
    pub(super) fn token() -> Self {
        Self {
            kind: Kind::Token,
            accepted_in: None,
        }
    }
}
