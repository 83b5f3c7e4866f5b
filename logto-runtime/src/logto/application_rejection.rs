//! Rejections that an application makes itself.

use std::time::Duration;

use super::{Logto, auth_info::AuthInfo, rejection_context::RejectionContext};
use crate::answer::{
    Rejection,
    cause::{ApplicationAnswer, Cause},
};

/// Rejections that an application makes behind a guard, for reasons of its own: for example, an order belongs
/// to another user, or a plan was not paid. The response has the form of this crate's own rejections, with
/// `no-store` and, unless it is a 503, a challenge. The log event has the code `application`.
///
/// [`for_caller`](Self::for_caller) adds the caller to the log event, and lets
/// [`on_rejection`](crate::LogtoBuilder::on_rejection) of the caller's `Logto` render the body. Without that
/// call, the `Logto` of [`install_global`](Logto::install_global) renders the body. If no `Logto` is
/// installed, the body is `{"error": "<message>"}`.
impl Rejection {
    /// Returns 403 `Access denied`: the caller is not accepted, whatever the token.
    ///
    /// ```
    /// use logto_runtime::{AuthInfo, Rejection};
    ///
    /// fn is_owner(auth: &AuthInfo, owner: &str) -> Result<(), Rejection> {
    ///     match auth.subject() == owner {
    ///         true => Ok(()),
    ///         false => Err(Rejection::forbidden().for_caller(auth)),
    ///     }
    /// }
    /// ```
    #[must_use]
    pub fn forbidden() -> Self {
        of_application(ApplicationAnswer::Forbidden)
    }

    /// Returns 401 `Invalid token`: this token is not accepted, but a new token could be accepted.
    #[must_use]
    pub fn invalid_token() -> Self {
        of_application(ApplicationAnswer::InvalidToken)
    }

    /// Returns 503 `Authorization service unavailable`: what the decision depends on can't be reached.
    ///
    /// `Retry-After` asks the client to wait for `retry_after`, rounded up to whole seconds, and at least
    /// one second.
    #[must_use]
    pub fn unavailable(retry_after: Duration) -> Self {
        of_application(ApplicationAnswer::Unavailable(retry_after))
    }

    /// Says whose request is rejected. The log event then has the subject and the client of the caller. The
    /// `Logto` that verified the caller renders the body. If that `Logto` announces metadata, the challenge
    /// links the metadata of the default resource, even if the token is for another resource. For an
    /// organization token, the challenge links no metadata.
    ///
    /// A rejection that this crate made is returned unchanged.
    #[must_use]
    pub fn for_caller(self, auth: &AuthInfo) -> Self {
        match self.reason() {
            Cause::Application(own) => auth.logto().reject(
                Cause::Application(*own),
                RejectionContext::outside(None),
                Some(auth.verified()),
            ),
            _ => self,
        }
    }
}

fn of_application(answer: ApplicationAnswer) -> Rejection {
    let cause = Cause::Application(answer);
    let rejection = match Logto::global() {
        Some(logto) => logto.rejection(cause, None, logto.default_url()),
        None => Rejection::new(cause, None, None),
    };
    rejection.unreported()
}
