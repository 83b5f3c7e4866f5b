//! The limits of fetches, of key sets, and of the waits for a fetch.

use std::time::Duration;

/// The maximum length of a document, after decompression. A longer document makes the fetch fail.
pub(super) const MAX_BYTES: usize = 64 * 1024;
/// The maximum number of keys in a set. More keys make the fetch fail. Logto serves one to three.
pub(super) const MAX_KEYS: usize = 64;

/// How long a default client may take to connect.
pub(super) const CONNECT_TIMEOUT: Duration = Duration::from_secs(2);
/// How long a whole fetch may take.
pub(super) const FETCH_TIMEOUT: Duration = Duration::from_secs(5);
/// The age at which a running fetch counts as lost. A fetch takes longer than [`FETCH_TIMEOUT`] only if its
/// runtime does not run tasks, or if the process or the machine is paused.
pub(super) const LOST_AFTER: Duration = Duration::from_secs(10);

/// If the current keys are old, how long a request waits for a fetch, counted from the start of the fetch.
/// Then the request uses the old keys.
pub(super) const JOIN_AT_MOST: Duration = Duration::from_secs(2);
/// The longest time that a warm-up, or a request without a usable key, waits for one fetch. Longer than
/// [`FETCH_TIMEOUT`], so that the fetch ends first.
pub(super) const WAIT_AT_MOST: Duration = Duration::from_secs(8);

/// How many fetches unknown keys may cause before they must wait for a cooldown. Unknown keys that Logto has
/// probably replaced have a limit of their own: one fetch.
pub(super) const BURST: u32 = 2;
