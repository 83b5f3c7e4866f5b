//! The keys that Logto signs with: one key, the set, where it comes from, when, and the cache.

mod age;
mod cache;
mod fetch;
mod key;
mod key_set;
mod refresh;
mod schedule;
mod shared;
mod signature;
mod source;
mod ticket;

pub(crate) use self::{
    age::KeyTimes,
    cache::{KeyCache, Need},
    key::VerificationKey,
    key_set::KeySet,
    source::{FetchError, Fetched, HttpSource, get},
};

/// What [`schedule`] synchronises with; a model checker has its own.
mod sync {
    pub(super) use std::sync::{
        Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering},
    };
}

#[cfg(test)]
mod tests;
