//! The key set: the public keys that verify Logto's tokens. This module decides when to fetch the key set,
//! and fetches it.
//!
//! A request asks [`KeyCache`] for a key by its `kid`. The request gets the key, or a [`Need`] to
//! wait for.
//!
//! - At most one fetch runs at a time. A request that needs a fetch joins the running fetch, or else starts
//!   one. Requests wait with a `Ticket`. Each fetch is a task of its own, so it goes on if the client of a
//!   request disconnects.
//! - A fetch succeeds, fails, or is lost. A fetch is lost if its task panics, if its runtime ends, or if it
//!   is given up because it still runs after 10 s.
//! - By age, keys are fresh, stale, old or unusable:
//!   - Fresh keys are used without a fetch.
//!   - Stale keys are used while a background fetch refreshes them.
//!   - Old keys are used after a wait of up to 2 s for a fetch. After a recent failure, old keys count as
//!     stale.
//!   - Unusable keys are not used. Requests wait for a fetch, and get 503 if it fails.
//! - A failed fetch begins a back-off, in which no fetch starts. The back-off is 1 s, and doubles with each
//!   further failure up to 60 s. A random part, at most half, is subtracted. The back-off counts from the
//!   start of the failed fetch. After the first lost fetch in a row, the next fetch may start at once. Each
//!   further lost fetch begins a back-off, too, and counts as an outage.
//! - Fetches for an unknown `kid` are rate limited. Tokens whose key may be new can start two fetches,
//!   then one per cooldown (10 s by default). A key was probably replaced if it was in an earlier set, or if
//!   its token was issued before the last successful fetch. Tokens with such keys have a rate limit of their
//!   own, one fetch per cooldown. So these tokens do not use up the fetches for new keys.
//! - Keys age during a pause of the process or of the machine. So the first request after a long pause waits
//!   for a fetch. The age of the keys is computed by the monotonic clock and by the wall clock, and the
//!   greater age counts. A failure from before a long pause does not count as recent, and its back-off ends.
//! - A key that is missing in a newer set is retired (`retire`). Its tokens are then rejected, even if
//!   they are in the token cache.
//!
//! In reading order:
//!
//! - `key`, `rsa_key_size`, `ed25519_order`, `prepared_key` and `key_set` read a JSON document, and check
//!   signatures with its keys;
//! - `source`, `fetcher`, `limits` and `error` send the HTTP request, limit the response and the waits, and
//!   describe the errors;
//! - `retire` retires the keys that are missing in a newer set;
//! - `refresh`, `backoff`, `rate_limit`, `age` and `replaced_ids` decide on plain values, without I/O;
//! - `schedule`, `moment` and `sync` protect these decisions with a lock, and keep times that requests read
//!   without the lock;
//! - `ticket` lets requests wait for a fetch;
//! - `outage` remembers why fetches fail, and what was logged about it;
//! - `key_log` logs the keys that are not used, and remembers those of a document without a usable key;
//! - `shared` holds the current key set, and `fetch_task` fetches the next one;
//! - `cache` finds keys in the current key set, and `wait` waits for keys.

mod age;
mod backoff;
mod cache;
mod ed25519_order;
mod error;
mod fetch_task;
mod fetcher;
mod key;
mod key_log;
mod key_set;
mod limits;
mod moment;
mod outage;
mod prepared_key;
mod rate_limit;
mod refresh;
mod replaced_ids;
mod retire;
mod rsa_key_size;
mod schedule;
mod shared;
mod source;
mod sync;
mod ticket;
mod wait;

pub(crate) use self::{
    age::KeyTimes,
    cache::{KeyCache, Need},
    error::FetchError,
    fetcher::{Fetcher, HttpSource},
    key::VerificationKey,
    key_set::KeySet,
    source::Fetched,
};

#[cfg(test)]
mod tests;
