//! [`Source`]: the guards, scopes and revocation settings that the source of a program shows.

use super::{guard::Guard, revocation::Revocation};
use crate::finding::Finding;

/// The guards, scopes and settings in the source of a program, or in one of its files.
#[derive(Debug, Default)]
pub(crate) struct Source {
    pub(crate) guards: Vec<Guard>,
    /// Scopes that code names outside of attributes, such as in `auth.has_scope("…")`.
    pub(crate) used: Vec<UsedScope>,
    pub(crate) revocation: Revocation,
    /// Warnings about files that were not read. Guards in these files are not seen.
    pub(crate) unread: Vec<Finding>,
}

/// A scope that code names outside of attributes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct UsedScope(pub(crate) String);

impl Source {
    /// Adds the contents of another file.
    pub(super) fn add(&mut self, other: Self) {
        let Self {
            guards,
            used,
            revocation,
            unread,
        } = other;
        self.guards.extend(guards);
        self.used.extend(used);
        self.revocation.add(revocation);
        self.unread.extend(unread);
    }
}
