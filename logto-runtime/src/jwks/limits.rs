//! The limits of a fetch and of its key set, and of the waits for a fetch.

use std::time::Duration;

/// The maximum length of a document, after decompression. A longer document makes the fetch fail.
pub(super) const MAX_BYTES: usize = 64 * 1024;
/// The maximum number of keys in a set. More keys make the fetch fail. Logto serves one to three.
pub(super) const MAX_KEYS: usize = 64;

/// How long connecting may take, with a default client.
pub(super) const CONNECT_TIMEOUT: Duration = Duration::from_secs(2);
/// How long a whole fetch may take.
pub(super) const FETCH_TIMEOUT: Duration = Duration::from_secs(5);
/// The age at which a running fetch counts as lost. The fetch should have ended at [`FETCH_TIMEOUT`], so its
/// runtime has stopped running tasks, or the process was paused.
pub(super) const LOST_AFTER: Duration = Duration::from_secs(10);

/// How long a request waits for a refresh of keys that are old but still usable, counted from the
/// start of the fetch.
pub(super) const JOIN_AT_MOST: Duration = Duration::from_secs(2);
/// How long a request waits at most for one fetch of keys that it needs. Longer than [`FETCH_TIMEOUT`], so
/// that the request learns how the fetch ended.
pub(super) const WAIT_AT_MOST: Duration = Duration::from_secs(8);

/// How many fetches unknown keys may start without a pause, unless the keys were probably replaced.
pub(super) const BURST: u32 = 2;
