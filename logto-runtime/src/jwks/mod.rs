//! The key set: the public keys that Logto signs with, how they are fetched, and when.
//!
//! A request asks [`KeyCache`] for a key by its `kid`. The request gets the key, or a [`Need`] to
//! wait for.
//!
//! - At most one fetch runs at a time. A request joins the running fetch or starts one, and waits
//!   for it with a `Ticket`. A fetch is a task of its own: it goes on if the client disconnects.
//! - A fetch succeeds, fails, or is lost. It is lost if its task or runtime ends without an outcome, or if it
//!   has not ended after 10 s.
//! - By age, keys are fresh (used without a fetch), stale (used while a background fetch refreshes
//!   them), old (used after waiting up to 2 s for a fetch) or unusable (requests wait for a fetch,
//!   and get 503 if it fails). While fetches fail, old keys count as stale.
//! - A failed fetch begins a back-off, in which no fetch starts: 1 s, doubling with each further failure up
//!   to 60 s, minus a random part of up to half. The back-off counts from the start of the failed fetch.
//! - Fetches for an unknown `kid` are rate limited. Tokens whose key may be new can start two fetches,
//!   then one per cooldown. Tokens whose key was probably replaced have a rate limit of their own,
//!   one fetch per cooldown, so that they never delay a new key.
//! - After a long pause of the process or of the machine, the first request waits for a fetch before it uses
//!   old keys: an age is the greater of what the monotonic clock and the wall clock say, and failures from
//!   before the pause are too old to count.
//! - A key that is missing in a newer set is retired (`retire`). Its tokens are then rejected, even if
//!   they are in the token cache.
//!
//! In reading order:
//!
//! - `key`, `rsa_key_size`, `prepared_key` and `key_set`: from a JSON document to usable keys, and the check of
//!   signatures;
//! - `source`, `fetcher`, `limits` and `error`: the HTTP request, the limits of sizes and waits, and how
//!   a fetch fails;
//! - `retire`: which keys stop working when a newer set arrives;
//! - `refresh`, `backoff`, `rate_limit`, `age` and `replaced_ids`: decisions on plain values, without I/O;
//! - `schedule`, `moment` and `ticket`: the lock around the decisions, and the wait for a fetch, with the
//!   primitives of `sync`;
//! - `shared`, `fetch_task`, `cache` and `wait`: the current key set, the task that replaces it, the API, and
//!   how a request waits.

mod age;
mod backoff;
mod cache;
mod error;
mod fetch_task;
mod fetcher;
mod key;
mod key_set;
mod limits;
mod moment;
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
