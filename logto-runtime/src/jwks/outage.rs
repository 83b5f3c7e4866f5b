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
    /// Whether this outage has logged that the keys are too old.
    logged_age: bool,
}

/// The most serious kind of error that this outage has logged.
#[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
enum Logged {
    #[default]
    Nothing,
    NotStarted,
    Lost,
    Failed,
}

impl Outage {
    /// Returns why the last fetch failed, was lost or could not start.
    pub(super) fn error(&self) -> Option<Arc<FetchError>> {
        self.lock().error.clone()
    }

    /// Records that a fetch failed. Returns whether the error must be logged: only the first one of an
    /// outage.
    pub(super) fn failed(&self, error: Arc<FetchError>) -> bool {
        self.record(error, Logged::Failed)
    }

    /// Records that several fetches were lost. Returns whether the error must be logged: only the first one
    /// of an outage, and not after a failed fetch.
    ///
    /// The first failed fetch is logged even after this error. A pause of the process can lose fetches, and
    /// then only the failed fetch shows why the key set can't be fetched.
    pub(super) fn lost(&self) -> bool {
        self.record(Arc::new(FetchError::Lost), Logged::Lost)
    }

    /// Records that a fetch could not start. Returns whether the error must be logged: only the first error
    /// of an outage.
    ///
    /// The first failed fetch is logged even after this error, because it has another cause.
    pub(super) fn not_started(&self, error: Arc<FetchError>) -> bool {
        self.record(error, Logged::NotStarted)
    }

    /// Records that a request was refused because the keys are too old. Returns whether this must be logged:
    /// only once per outage.
    pub(super) fn too_old(&self) -> bool {
        !std::mem::replace(&mut self.lock().logged_age, true)
    }

    /// Ends the outage. Returns whether there was one.
    pub(super) fn end(&self) -> bool {
        let ended = std::mem::take(&mut *self.lock());
        ended.error.is_some() || ended.logged_age
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
