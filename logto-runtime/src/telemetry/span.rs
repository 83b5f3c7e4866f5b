//! What a guard writes into the span around the request.

use tracing::{Span, level_filters::LevelFilter};

use crate::verify::Verified;

/// Span field: what the guard decided, `granted` or the code of a refusal.
pub const SPAN_OUTCOME: &str = "logto.outcome";
/// Span field: the subject of a verified token.
pub const SPAN_SUBJECT: &str = "logto.subject";
/// Span field: the client of a verified token.
pub const SPAN_CLIENT_ID: &str = "logto.client_id";

/// Fills those of the fields that the current span has declared; a span has no others.
#[inline]
pub(super) fn record(outcome: &str, verified: Option<&Verified>) {
    if LevelFilter::current() != LevelFilter::OFF {
        record_in(&Span::current(), outcome, verified);
    }
}

#[inline(never)]
fn record_in(span: &Span, outcome: &str, verified: Option<&Verified>) {
    span.record(SPAN_OUTCOME, outcome);
    if let Some(verified) = verified {
        span.record(SPAN_SUBJECT, verified.subject());
        span.record(SPAN_CLIENT_ID, verified.client_id());
    }
}
