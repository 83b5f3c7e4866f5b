//! Rejects requests with 500 if a guard or an extractor finds no `Logto` to verify tokens with. The program's
//! log names the fix.

use std::sync::atomic::{AtomicBool, Ordering};

use axum::extract::MatchedPath;
use http::request::Parts;

use crate::{
    answer::Rejection,
    decide::misconfiguration::Misconfiguration,
    logto::Logto,
    policy::requirement::Requirement,
    telemetry::{self, EventContext},
};

/// Returns the `Logto`. Without a `Logto`, the program is misconfigured, and the request gets 500.
pub(super) fn required(
    logto: Option<Logto>,
    requirement: Option<&'static Requirement>,
    parts: &Parts,
) -> Result<Logto, Rejection> {
    logto.ok_or_else(|| {
        let rejection = Rejection::new(Misconfiguration::NoLogto, requirement, None);
        let context = EventContext {
            requirement: requirement.map(|requirement| requirement as _),
            route: parts.extensions.get().map(MatchedPath::as_str),
            ..EventContext::default()
        };
        report_missing_logto(&rejection, context);
        rejection
    })
}

/// Logs that the `Logto` is missing, the first time as an error. A `Logto` remembers which faults were logged
/// as errors. Without a `Logto`, a static remembers that this fault was logged.
fn report_missing_logto(rejection: &Rejection, context: EventContext<'_>) {
    static REPORTED: AtomicBool = AtomicBool::new(false);
    let refused = rejection.refused(context, None);
    let already_reported = REPORTED.swap(true, Ordering::Relaxed);
    if already_reported {
        telemetry::refused(&refused);
    } else {
        telemetry::misconfigured(&refused);
    }
}
