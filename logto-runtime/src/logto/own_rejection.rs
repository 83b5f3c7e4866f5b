//! Rejections that an application makes itself.

use std::time::Duration;

use super::{Logto, asked::Asked, auth_info::AuthInfo};
use crate::answer::{
    Rejection,
    cause::{Cause, Own},
};

/// For what an application decides itself, behind a guard: an order of somebody else, a plan that was
/// not paid. The answer looks like one of this crate: rendered by
/// [`on_rejection`](crate::LogtoBuilder::on_rejection), with a challenge and `no-store`, and logged under
/// the code `application`.
impl Rejection {
    /// 403 `Access denied`: the caller is not accepted, with any token.
    ///
    /// ```
    /// use logto_runtime::{AuthInfo, Rejection};
    ///
    /// fn is_owner(auth: &AuthInfo, owner: &str) -> Result<(), Rejection> {
    ///     match auth.subject() == owner {
    ///         true => Ok(()),
    ///         false => Err(Rejection::forbidden(auth)),
    ///     }
    /// }
    /// ```
    #[must_use]
    pub fn forbidden(auth: &AuthInfo) -> Self {
        auth.logto().own_rejection(Own::Forbidden, auth)
    }

    /// 401 `Invalid token`: this token is not accepted, and a new one may be.
    #[must_use]
    pub fn invalid_token(auth: &AuthInfo) -> Self {
        auth.logto().own_rejection(Own::InvalidToken, auth)
    }

    /// 503 `Authorization service unavailable`: what the decision depends on can't be reached. The
    /// client should try again after this time, in `Retry-After`: whole seconds, and at least one.
    #[must_use]
    pub fn unavailable(auth: &AuthInfo, retry_after: Duration) -> Self {
        auth.logto()
            .own_rejection(Own::Unavailable(retry_after), auth)
    }
}

impl Logto {
    fn own_rejection(&self, own: Own, auth: &AuthInfo) -> Rejection {
        self.reject(
            Cause::Application(own),
            Asked::outside(None),
            Some(auth.verified()),
        )
    }
}
