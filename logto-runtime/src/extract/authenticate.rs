//! Authenticates the caller of a request, for all extractors that need an access token.

use std::{
    future::{Future, Ready, ready},
    pin::Pin,
};

use futures_util::future::Either;
use http::request::Parts;

use super::missing_logto::required;
use crate::{
    answer::Rejection,
    logto::{
        Logto,
        auth_info::AuthInfo,
        authentication::{Authentication, Waiting},
    },
    policy::requirement::Requirement,
};

/// The future of an extractor. Usually it is ready at once.
///
/// A future that waits is boxed. The future of a handler contains the futures of all its extractors, so
/// boxing keeps the handler's future small.
pub(crate) type Extracting<'a, T> = Either<
    Ready<Result<T, Rejection>>,
    Pin<Box<dyn Future<Output = Result<T, Rejection>> + Send + 'a>>,
>;

/// Authenticates a request and calls `make` with the caller. The future is ready at once unless the
/// request [must wait](Authentication::Waits).
#[inline]
pub(super) fn authenticate<'a, T>(
    parts: &'a mut Parts,
    logto: Option<Logto>,
    requirement: Option<&'static Requirement>,
    make: impl FnOnce(AuthInfo, &mut Parts) -> Result<T, Rejection> + Send + 'a,
) -> Extracting<'a, T> {
    let authenticated = required(logto, requirement, parts)
        .and_then(|logto| logto.authenticate_now(parts, requirement));
    match authenticated {
        Ok(Authentication::Done(auth)) => Either::Left(ready(make(auth, parts))),
        Ok(Authentication::Waits(waiting)) => authenticate_later(parts, waiting, requirement, make),
        Err(rejection) => Either::Left(ready(Err(rejection))),
    }
}

// A separate function, so that requests without a wait use less of the stack.
#[cold]
fn authenticate_later<'a, T>(
    parts: &'a mut Parts,
    waiting: Waiting,
    requirement: Option<&'static Requirement>,
    make: impl FnOnce(AuthInfo, &mut Parts) -> Result<T, Rejection> + Send + 'a,
) -> Extracting<'a, T> {
    Either::Right(Box::pin(async move {
        let (auth, unremembered) = waiting.authenticate(requirement).await?;
        unremembered.remember_in(&mut parts.extensions, auth.logto());
        make(auth, parts)
    }))
}
