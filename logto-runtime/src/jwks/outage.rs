//! The current outage: why the key set can't be fetched, and what was logged about it.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::error::FetchError;

/// The current outage, if there is one. A successful fetch ends it.
#[derive(Default)]
pub(super) struct Outage(Mutex<State>);

#[derive(Default)]
struct State {
    error: Option<Arc<FetchError>>,
    logged: Logged,
}

/// The most serious kind of error that this outage has logged.
#[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
enum Logged {
    #[default]
    Nothing,
    NotStarted,
    Failed,
}

impl Outage {
    /// Returns why the last fetch failed, was lost or could not start.
    pub(super) fn error(&self) -> Option<Arc<FetchError>> {
        self.lock().error.clone()
    }

    /// Records that a fetch failed, or that several were lost. Returns whether the error must be logged: only
    /// the first one of an outage.
    pub(super) fn failed(&self, error: Arc<FetchError>) -> bool {
        self.record(error, Logged::Failed)
    }

    /// Records that a fetch could not start. Returns whether the error must be logged: only the first error
    /// of an outage.
    ///
    /// The first failed fetch is logged even after this error, because it has another cause.
    pub(super) fn not_started(&self, error: Arc<FetchError>) -> bool {
        self.record(error, Logged::NotStarted)
    }

    /// Ends the outage. Returns whether there was one.
    pub(super) fn end(&self) -> bool {
        std::mem::take(&mut *self.lock()).error.is_some()
    }

    fn record(&self, error: Arc<FetchError>, kind: Logged) -> bool {
        let mut state = self.lock();
        state.error = Some(error);
        let first = state.logged < kind;
        state.logged = state.logged.max(kind);
        first
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
