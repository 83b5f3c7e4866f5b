//! The limits of a fetch and of its key set. Exceeding one makes the fetch fail.

use std::time::Duration;

/// The maximum length of a document, after decompression.
pub(super) const MAX_BYTES: usize = 64 * 1024;
/// The maximum number of keys in a set. Logto serves one to three.
pub(super) const MAX_KEYS: usize = 64;
/// How long connecting may take, with a default client.
pub(super) const CONNECT_TIMEOUT: Duration = Duration::from_secs(2);
/// How long a whole fetch may take.
pub(super) const FETCH_TIMEOUT: Duration = Duration::from_secs(5);
