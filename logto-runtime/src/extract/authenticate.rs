//! The part that all extractors share: from request parts to a caller.

use std::{
    future::{Future, Ready, ready},
    pin::Pin,
    sync::atomic::{AtomicBool, Ordering},
};

use futures_util::future::Either;
use http::request::Parts;

use crate::{
    answer::Rejection,
    decide::misconfiguration::Misconfiguration,
    logto::{
        Logto,
        auth_info::AuthInfo,
        authentication::{Authentication, Waiting},
    },
    policy::requirement::Requirement,
    telemetry,
};

/// What becomes of an extractor. Mostly it is known at once. The future of the rest is boxed, so that
/// the future of every handler that keeps one stays small.
pub(crate) type Extracting<'a, T> = Either<
    Ready<Result<T, Rejection>>,
    Pin<Box<dyn Future<Output = Result<T, Rejection>> + Send + 'a>>,
>;

/// Authenticates a request and makes `T` of its caller; waits only where there are no keys to
/// judge the token with.
#[inline]
pub(super) fn authenticate<'a, T>(
    parts: &'a mut Parts,
    logto: Option<Logto>,
    requirement: Option<&'static Requirement>,
    make: impl FnOnce(AuthInfo, &mut Parts) -> Result<T, Rejection> + Send + 'a,
) -> Extracting<'a, T> {
    let judged = required(logto, requirement).and_then(|logto| {
        let Parts {
            headers,
            extensions,
            ..
        } = parts;
        logto.authenticate_now(headers, extensions, requirement)
    });
    match judged {
        Ok(Authentication::Done(auth)) => Either::Left(ready(make(auth, parts))),
        Ok(Authentication::Waits(waiting)) => authenticate_later(parts, waiting, requirement, make),
        Err(rejection) => Either::Left(ready(Err(rejection))),
    }
}

// Apart, since it takes room on the stack that other requests need not touch.
#[cold]
fn authenticate_later<'a, T>(
    parts: &'a mut Parts,
    waiting: Waiting,
    requirement: Option<&'static Requirement>,
    make: impl FnOnce(AuthInfo, &mut Parts) -> Result<T, Rejection> + Send + 'a,
) -> Extracting<'a, T> {
    Either::Right(Box::pin(async move {
        let (auth, uncached) = waiting.authenticate(requirement).await?;
        uncached.remember_in(&mut parts.extensions, auth.logto());
        make(auth, parts)
    }))
}

/// The tenant of the state; that there is none is our own fault.
fn required(
    logto: Option<Logto>,
    requirement: Option<&'static Requirement>,
) -> Result<Logto, Rejection> {
    logto.ok_or_else(|| {
        let rejection = Rejection::new(Misconfiguration::NoLogto, requirement, None);
        report_missing_logto(&rejection);
        rejection
    })
}

/// The fault of a guard that finds no Logto, which could remember that it has told.
fn report_missing_logto(rejection: &Rejection) {
    static TOLD: AtomicBool = AtomicBool::new(false);
    let refused = rejection.refused(None);
    match TOLD.swap(true, Ordering::Relaxed) {
        false => telemetry::misconfigured(&refused),
        true => telemetry::refused(&refused),
    }
}
