//! The health of a [`Revocations`].

use serde::Serialize;

use super::Revocations;

/// The health of a [`Revocations`], returned by [`Revocations::health`], and by
/// [`Logto::health`](crate::Logto::health) as `revocations`. Serializes as an object.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct RevocationHealth {
    /// The number of entries in the list.
    pub entries: usize,
}

impl Revocations {
    /// Returns the state of the list. Never waits for the network.
    #[must_use]
    pub fn health(&self) -> RevocationHealth {
        self.forget();
        RevocationHealth {
            entries: self.entries(),
        }
    }
}
