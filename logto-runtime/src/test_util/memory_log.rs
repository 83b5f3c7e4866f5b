//! [`MemoryLog`], a log of revocations that several replicas in one test can share.

use std::{
    fmt,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use tokio::{sync::watch, time::timeout};

use crate::revocation::log::{Head, LogError, LogFuture, Logged, RevocationLog};

/// An in-memory log of revocations. Clones share one log. A test can make the log fail or lose records.
#[derive(Clone, Default)]
pub struct MemoryLog(Arc<Inner>);

#[derive(Default)]
struct Inner {
    state: Mutex<State>,
    changes: watch::Sender<()>,
}

#[derive(Default)]
struct State {
    records: Vec<String>,
    /// How many records were removed from the beginning of the log.
    trimmed: usize,
    beat: Option<String>,
    instance: u64,
    cut: bool,
    frozen: bool,
}

impl MemoryLog {
    /// Creates an empty log.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Makes all reads and writes fail until [`mend`](Self::mend), as if the network were down.
    pub fn cut(&self) {
        self.state().cut = true;
    }

    /// Ends [`cut`](Self::cut) and [`freeze`](Self::freeze).
    pub fn mend(&self) {
        let mut state = self.state();
        (state.cut, state.frozen) = (false, false);
        drop(state);
        self.0.changes.send_replace(());
    }

    /// Until [`mend`](Self::mend), makes appends fail, and ignores [beats](RevocationLog::beat), the signs of
    /// life of webhook receivers. Reads still work.
    ///
    /// An old primary server behaves in this way after a failover.
    pub fn freeze(&self) {
        self.state().frozen = true;
    }

    /// Loses all records and the beat.
    pub fn clear(&self) {
        let mut state = self.state();
        // Positions are not used again, as in a log whose positions are times.
        state.trimmed += state.records.len();
        state.records.clear();
        state.beat = None;
    }

    /// Keeps only the first `records` records, and changes the [`instance`](Head::instance).
    ///
    /// A server that restarts with an older copy of its data behaves in this way.
    pub fn restore(&self, records: usize) {
        let mut state = self.state();
        state.records.truncate(records);
        state.instance += 1;
    }

    /// Loses the oldest `records` records.
    pub fn trim(&self, records: usize) {
        let mut state = self.state();
        let records = records.min(state.records.len());
        state.records.drain(..records);
        state.trimmed += records;
    }

    /// Returns the records.
    #[must_use]
    pub fn records(&self) -> Vec<String> {
        self.state().records.clone()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn reachable(&self) -> Result<MutexGuard<'_, State>, LogError> {
        let state = self.state();
        if state.cut {
            return Err(LogError::new("is cut off by the test"));
        }
        Ok(state)
    }

    fn page(&self, position: Option<u128>) -> Result<Vec<Logged>, LogError> {
        let state = self.reachable()?;
        let records = (state.trimmed + 1..)
            .map(|at| at as u128)
            .zip(&state.records);
        let after = records.filter(|(at, _)| position.is_none_or(|position| *at > position));
        let page = after.take(1_000).map(|(position, record)| Logged {
            position,
            record: record.clone(),
        });
        Ok(page.collect())
    }
}

impl RevocationLog for MemoryLog {
    fn append<'a>(&'a self, records: &'a [String]) -> LogFuture<'a, ()> {
        Box::pin(async move {
            let mut state = self.reachable()?;
            if state.frozen {
                return Err(LogError::new("is frozen by the test"));
            }
            state.records.extend_from_slice(records);
            drop(state);
            self.0.changes.send_replace(());
            Ok(())
        })
    }

    fn read_after(&self, position: Option<u128>, wait: Duration) -> LogFuture<'_, Vec<Logged>> {
        Box::pin(async move {
            let mut changes = self.0.changes.subscribe();
            let page = self.page(position)?;
            if !page.is_empty() || wait.is_zero() {
                return Ok(page);
            }
            let _ = timeout(wait, changes.changed()).await;
            self.page(position)
        })
    }

    fn head(&self) -> LogFuture<'_, Head> {
        Box::pin(async move {
            let state = self.reachable()?;
            let empty = state.records.is_empty();
            Ok(Head {
                first: (!empty).then_some(state.trimmed as u128 + 1),
                last: (!empty).then_some((state.trimmed + state.records.len()) as u128),
                instance: state.instance.to_string(),
                beat: state.beat.clone(),
                is_new: state.beat.is_none(),
            })
        })
    }

    fn beat<'a>(&'a self, value: &'a str) -> LogFuture<'a, ()> {
        Box::pin(async move {
            let mut state = self.reachable()?;
            if !state.frozen {
                state.beat = Some(value.to_owned());
            }
            Ok(())
        })
    }
}

impl fmt::Debug for MemoryLog {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MemoryLog")
            .field("records", &self.state().records.len())
            .finish_non_exhaustive()
    }
}
