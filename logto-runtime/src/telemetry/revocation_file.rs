//! Events about the revocation log in a file.

use std::fmt::Display;

use super::text::TARGET;

/// Warns that old entries can't be removed from the file of revocations.
pub(crate) fn revocation_log_not_shortened(error: &dyn Display) {
    tracing::warn!(
        target: TARGET,
        reason = %error,
        "can't remove old entries from the file of revocations, which still works; see whether this \
         process may write to its folder, and whether the disk is full"
    );
}

/// Warns that somebody has replaced, removed or changed the file of revocations. This process repairs the
/// file.
pub(crate) fn revocation_file_replaced(path: &dyn Display) {
    tracing::warn!(
        target: TARGET,
        path = %path,
        "the file of revocations was replaced, removed or changed by somebody else; this process writes \
         the entries that it knows into the file again. Stop the process before you change the file"
    );
}
