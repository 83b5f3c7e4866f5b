//! An entry on its way into the list.

use super::{
    horizon::{Margin, not_before},
    target::Target,
};

/// An entry of the list: whose tokens, and the smallest `iat` that is accepted.
///
/// The writer computes `not_before` once, so that the clocks of readers do not matter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Record {
    pub(crate) target: Target,
    pub(crate) not_before: i64,
}

impl Record {
    /// Returns the entry for an event at this moment.
    pub(super) fn at(moment_millis: i64, margin: Margin, target: Target) -> Self {
        Self {
            target,
            not_before: not_before(moment_millis, margin),
        }
    }
}

/// Where an entry comes from, for the audit event.
#[derive(Clone, Copy, Debug)]
pub(super) struct Source<'a> {
    /// The event of a webhook, or `revoke`.
    pub(super) event: &'a str,
    /// Who caused it, as far as the source says.
    pub(super) actor: Option<&'a str>,
}
