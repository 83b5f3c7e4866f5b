//! [`EventContext`]: the data of this program that a log event about a refused request shows.

use std::fmt::Display;

/// The guard, the route, the audiences and the issuers that a log event about a refused request shows.
///
/// All of these come from this program, and not from the request. They are formatted only if the event is
/// logged.
#[derive(Clone, Copy, Default)]
pub(crate) struct EventContext<'a> {
    /// The requirement of the guard, in the form of its attribute.
    pub(crate) requirement: Option<&'a dyn Display>,
    /// The alternative that the token came closest to meeting, if the guard has alternatives.
    pub(crate) alternative: Option<&'a dyn Display>,
    /// The path of the matched route, with the names of its parameters.
    pub(crate) route: Option<&'a str>,
    /// The audiences that would have been accepted.
    pub(crate) expected_audience: Option<&'a dyn Display>,
    /// The trusted issuers.
    pub(crate) expected_issuer: Option<&'a dyn Display>,
}
