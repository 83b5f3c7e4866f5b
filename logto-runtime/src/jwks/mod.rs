//! The keys that Logto signs with: one key, the set, where it comes from, when, and the cache.

mod cache;
mod flight;
mod key;
mod key_set;
mod refresh;
mod source;

pub(crate) use self::{
    cache::{KeyCache, KeyTimes, Need},
    key::{KeyError, VerificationKey},
    key_set::{KeySet, KeySetError},
    source::{FetchError, Fetched, HttpSource, get},
};
