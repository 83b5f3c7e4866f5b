//! The two Redis keys of a log of revocations.

use std::fmt;

/// The two Redis keys of a log.
#[derive(Clone, Debug, Default)]
pub(super) struct Keys {
    /// The key of the stream of revocations.
    pub(super) revoked: String,
    /// The key of the newest beat. A beat is a sign of life, mostly of a process that receives webhooks.
    pub(super) receiver: String,
}

impl Keys {
    pub(super) fn new(name: &str) -> Self {
        Self {
            // Braces keep both keys on one server if a proxy spreads keys over several servers.
            revoked: format!("{{{name}}}:revoked"),
            receiver: format!("{{{name}}}:receiver"),
        }
    }
}

impl fmt::Display for Keys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` and `{}`", self.revoked, self.receiver)
    }
}
