//! What a refused request was checked against.

use std::fmt::Display;

/// What a refused request was checked against, as events show it.
///
/// Everything here is this service's own: nothing comes from the request. It is formatted only if
/// the event is logged.
#[derive(Clone, Copy, Default)]
pub(crate) struct Asked<'a> {
    /// The requirement as it is written.
    pub(crate) requirement: Option<&'a dyn Display>,
    /// Of alternatives, the one that the token came closest to meeting.
    pub(crate) alternative: Option<&'a dyn Display>,
    /// The path of the matched route, with the names of its parameters.
    pub(crate) route: Option<&'a str>,
    /// The audiences that would have been accepted.
    pub(crate) expected_audience: Option<&'a dyn Display>,
    /// The trusted issuers.
    pub(crate) expected_issuer: Option<&'a dyn Display>,
}
