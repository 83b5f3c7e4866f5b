//! [`Under`], an argument of a handler that has an attribute with `logto = …`.

use std::{fmt, future::Future, marker::PhantomData};

use axum::extract::FromRequestParts;
use http::request::Parts;

use super::authenticate::Extracting;
use crate::{
    answer::Rejection,
    logto::{Logto, find::FindLogto},
    policy::AnyPolicy,
};

/// An extractor of this crate that can use a given [`Logto`].
#[diagnostic::on_unimplemented(
    message = "`{Self}` has the name of an argument of logto-runtime, but is another type",
    label = "not an argument of logto-runtime",
    note = "an attribute with `logto = …` finds the `Logto` for arguments by the names of their \
            types; give this type another name: `use {Self} as …`"
)]
pub trait FromLogto: Sized {
    /// Extracts the argument. Without a `Logto`, rejects the request with 500.
    fn from_logto(parts: &mut Parts, logto: Option<Logto>) -> Extracting<'_, Self>;
}

/// An argument of a handler that has an attribute with `logto = …`. The attribute's policy is `P`.
///
/// The attribute wraps `AuthInfo`, `OrganizationId`, an `Option` of either, and `Claims` in this type. Like
/// the guard, this type finds the `Logto` with the function that `logto = …` names. It does not look in the
/// extensions of the request, where other code could put another `Logto`.
pub struct Under<T, P>(
    /// The argument.
    pub T,
    /// Names the policy. Does not prove that the caller meets it.
    pub PhantomData<fn() -> P>,
);

impl<T, P> From<T> for Under<T, P> {
    /// Wraps the argument. Tests that call the handler as a function need this.
    fn from(argument: T) -> Self {
        Self(argument, PhantomData)
    }
}

impl<T: fmt::Debug, P> fmt::Debug for Under<T, P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl<T, P, S> FromRequestParts<S> for Under<T, P>
where
    T: FromLogto + Send,
    P: AnyPolicy,
    P::Finder: FindLogto<S>,
{
    type Rejection = Rejection;

    fn from_request_parts(
        parts: &mut Parts,
        state: &S,
    ) -> impl Future<Output = Result<Self, Rejection>> + Send {
        let extracting = T::from_logto(parts, P::Finder::find_logto(state));
        async { extracting.await.map(Self::from) }
    }
}
