//! The part that all extractors share: from request parts to a caller.

use http::request::Parts;

use crate::{
    AuthInfo, Logto, Rejection,
    logto::{Judged, LogtoState},
    misconfiguration::Misconfiguration,
    requirement::Requirement,
    telemetry,
};

/// The tenant in the state, or our own fault.
pub(super) fn logto_of<S: LogtoState>(
    state: &S,
    requirement: Option<&'static Requirement>,
) -> Result<Logto, Rejection> {
    state.logto().ok_or_else(|| {
        let rejection = Rejection::new(Misconfiguration::NoLogto, requirement, None);
        telemetry::without_logto(&rejection);
        rejection
    })
}

/// Authenticates a request; waits only where there are no keys to judge its token with.
pub(super) async fn authenticate(
    parts: &mut Parts,
    logto: &Logto,
    requirement: Option<&'static Requirement>,
) -> Result<AuthInfo, Rejection> {
    let Parts {
        headers,
        extensions,
        ..
    } = parts;
    match logto.authenticate_now(headers, extensions, requirement)? {
        Judged::Admitted(auth) => Ok(auth),
        Judged::Waits(waiting) => {
            // Boxed, so that the future of every guarded handler stays small.
            let (auth, first_seen) = Box::pin(waiting.judge(requirement)).await?;
            first_seen.remember_in(extensions, logto);
            Ok(auth)
        }
    }
}
