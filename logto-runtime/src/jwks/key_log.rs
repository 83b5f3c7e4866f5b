//! What the log says about the keys of a tenant.

use std::sync::{Mutex, OnceLock, PoisonError};

use super::key::KeyError;
use crate::telemetry;

/// A skipped key: a key of the document that is not used. If different keys are skipped because they share a
/// `kid`, they have one entry ([`KeyError::KeyIdTwice`]).
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Skipped {
    pub(super) key_id: String,
    pub(super) reason: KeyError,
}

/// Logs skipped keys. Knows the endpoint that events show, and remembers which skipped keys were logged.
///
/// A document without a usable key does not become the current key set. So its skipped keys are remembered
/// here. Otherwise, each fetch would log them again.
#[derive(Default)]
pub(super) struct KeyLog {
    /// The endpoint of the tenant, if there are several tenants.
    endpoint: OnceLock<Box<str>>,
    /// The skipped keys of the last document, if it had no usable key.
    unusable: Mutex<Vec<Skipped>>,
}

impl KeyLog {
    /// Sets the endpoint that events show. Later calls do nothing.
    pub(super) fn set_endpoint(&self, endpoint: &str) {
        self.endpoint.get_or_init(|| endpoint.into());
    }

    /// Returns the endpoint that events show.
    pub(super) fn endpoint(&self) -> Option<&str> {
        self.endpoint.get().map(AsRef::as_ref)
    }

    /// Logs a warning for each skipped key of a document, unless the document before it or the current key
    /// set (`current`) has the same entry.
    pub(super) fn skipped(&self, skipped: &[Skipped], is_usable: bool, current: &[Skipped]) {
        let unusable = match is_usable {
            true => Vec::new(),
            false => skipped.to_vec(),
        };
        let before = {
            let mut last = self.unusable.lock().unwrap_or_else(PoisonError::into_inner);
            std::mem::replace(&mut *last, unusable)
        };
        for skipped in skipped {
            if !before.contains(skipped) && !current.contains(skipped) {
                telemetry::key_skipped(self.endpoint(), &skipped.key_id, &skipped.reason);
            }
        }
    }
}
