//! Rejections that an application makes itself.

use std::time::Duration;

use super::{Logto, auth_info::AuthInfo, rejection_context::RejectionContext};
use crate::answer::{
    Rejection,
    cause::{ApplicationAnswer, Cause},
};

/// Rejections that an application makes behind a guard for its own reasons. For example, an order belongs to
/// another user.
///
/// The response has the same form as the rejections of this crate. It has `Cache-Control: no-store`, and a
/// challenge if the status is not 503. The log event has the code `application`.
///
/// [`for_caller`](Self::for_caller) adds the caller to the log event. The caller's `Logto` then renders the
/// body. Without `for_caller`, the `Logto` of [`install_global`](Logto::install_global) renders the body. A
/// `Logto` renders with the function of [`on_rejection`](crate::LogtoBuilder::on_rejection). Without such a
/// function, or without a `Logto`, the body is `{"error": "<message>"}`.
impl Rejection {
    /// Returns 403 `Access denied`: the caller is not accepted with any token.
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

    /// Returns 503 `Authorization service unavailable`: a service that the decision needs can't be reached.
    ///
    /// `Retry-After` asks the client to wait for `retry_after`, rounded up to whole seconds, and at least
    /// one second.
    #[must_use]
    pub fn unavailable(retry_after: Duration) -> Self {
        of_application(ApplicationAnswer::Unavailable(retry_after))
    }

    /// Says whose request is rejected. The log event then has the subject and the client of the caller. The
    /// `Logto` that verified the caller renders the body.
    ///
    /// If that `Logto` announces metadata, the challenge links the metadata of the default resource. The
    /// link is the same even if the token is for a different resource. If the token is for an organization,
    /// the challenge has no link.
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
