//! The fields that a guard records in the span of the request.

use tracing::{Span, level_filters::LevelFilter};

use super::caller::Caller;

/// Span field: `granted`, or the [`RejectionCode`](crate::RejectionCode) of a rejection.
pub const SPAN_OUTCOME: &str = "logto.outcome";
/// Span field: the subject of a verified token.
pub const SPAN_SUBJECT: &str = "logto.subject";
/// Span field: the client id of a verified token.
pub const SPAN_CLIENT_ID: &str = "logto.client_id";

/// Records the fields in the current span. `tracing` ignores fields that the span did not declare.
#[inline]
pub(super) fn record<'a>(outcome: &str, caller: impl FnOnce() -> Option<Caller<'a>>) {
    // Without a subscriber, nothing is recorded, so the caller's claims are not read.
    if LevelFilter::current() != LevelFilter::OFF {
        record_in(&Span::current(), outcome, caller());
    }
}

#[inline(never)]
fn record_in(span: &Span, outcome: &str, caller: Option<Caller<'_>>) {
    span.record(SPAN_OUTCOME, outcome);
    if let Some(caller) = caller {
        span.record(SPAN_SUBJECT, caller.subject);
        span.record(SPAN_CLIENT_ID, caller.client_id);
    }
}
