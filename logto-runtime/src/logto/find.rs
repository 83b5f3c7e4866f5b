//! Finds the [`Logto`] of a guard in the state of the router, even if the state belongs to another crate.

use super::{Logto, state::LogtoState};
use crate::policy::InState;

/// Finds the [`Logto`] in a state `S`, for the guards of a policy.
///
/// Attributes with `state = S, logto = path::to::function` implement this trait for the type of their
/// policy. That type belongs to your crate, so `S` can belong to another crate.
#[diagnostic::on_unimplemented(
    message = "this guard does not find a `Logto` in the state `{S}`",
    label = "a guard with `logto = …` works only under the type that its `state = …` names",
    note = "write the type of the router's state in the attribute: `state = {S}`"
)]
pub trait FindLogto<S> {
    /// Returns the `Logto`, or `None` if the state does not have one.
    fn find_logto(state: &S) -> Option<Logto>;
}

impl<S: LogtoState> FindLogto<S> for InState {
    #[inline]
    fn find_logto(state: &S) -> Option<Logto> {
        state.logto()
    }
}

/// A type that the function given as `logto = …` can return.
#[diagnostic::on_unimplemented(
    message = "the function given as `logto = …` returns `{Self}`",
    label = "returns `{Self}`",
    note = "return the handle itself or an option: `fn(&State) -> Logto`, or \
            `fn(&State) -> Option<Logto>`"
)]
pub trait FoundLogto {
    /// Returns the `Logto`, or `None` if the function did not find a `Logto`.
    fn found(self) -> Option<Logto>;
}

impl FoundLogto for Logto {
    fn found(self) -> Option<Logto> {
        Some(self)
    }
}

impl FoundLogto for Option<Logto> {
    fn found(self) -> Option<Logto> {
        self
    }
}
