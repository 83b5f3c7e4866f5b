//! [`Denial`], the response to a caller whom `deny_if` or `deny_if_async` denies.

/// The response to a caller whom [`deny_if`](crate::LogtoBuilder::deny_if) or
/// [`deny_if_async`](crate::LogtoBuilder::deny_if_async) denies.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Denial {
    /// 401 `Invalid token`, for a revoked token: this token is not accepted, but a new token can be
    /// accepted. After a 401, clients should request a new token.
    InvalidToken,
    /// 403 `Access denied`, for a suspended user: the caller is not accepted with any token.
    /// Clients should not repeat the request.
    Forbidden,
}

/// The result of a function for [`deny_if`](crate::LogtoBuilder::deny_if) or
/// [`deny_if_async`](crate::LogtoBuilder::deny_if_async): `bool` or `Option<Denial>`.
///
/// A function for `deny_if_async` returns its result in `Ok`. `true` means [`Denial::InvalidToken`]. `Some`
/// contains the denial. `false` and `None` mean that the caller is not denied. This trait is sealed.
#[diagnostic::on_unimplemented(
    message = "the result of a function for `deny_if` or `deny_if_async` must be `bool` or \
               `Option<Denial>`, not `{Self}`",
    label = "the result of this function is `{Self}`",
    note = "return `true` for a 401, `Some(Denial::Forbidden)` for a 403, and `false` or `None` \
            for a caller who may pass; for `deny_if_async`, return this result in `Ok`"
)]
pub trait IntoDenial: sealed::IntoDenial {}

impl IntoDenial for bool {}
impl IntoDenial for Option<Denial> {}

pub(crate) mod sealed {
    use crate::answer::denial::Denial;

    pub trait IntoDenial {
        fn into_denial(self) -> Option<Denial>;
    }

    impl IntoDenial for bool {
        fn into_denial(self) -> Option<Denial> {
            self.then_some(Denial::InvalidToken)
        }
    }

    impl IntoDenial for Option<Denial> {
        fn into_denial(self) -> Option<Denial> {
            self
        }
    }
}
