//! Finds the [`Logto`] of guards in the state of their router. With the state [`GlobalLogto`], guards use the
//! `Logto` that the program has installed.

use std::sync::Arc;

use axum::extract::FromRef;
use once_cell::sync::OnceCell;

use super::Logto;

/// The state of a router whose guards need a [`Logto`].
///
/// Implemented for every state `S` with `Logto: FromRef<S>`, for an `Arc` of such a state, and for
/// [`GlobalLogto`]. Not implemented for the state `()`.
#[diagnostic::on_unimplemented(
    message = "the state `{Self}` has no `Logto`",
    label = "a guard needs a `Logto` in the router's state",
    note = "derive it: `#[derive(Clone, FromRef)] struct App {{ logto: Logto }}` (axum feature \
            `macros`), or write `impl FromRef<{Self}> for Logto`",
    note = "a router without a state of its own needs `.with_state(GlobalLogto)`, and \
            `logto.install_global()` once",
    note = "middleware does not get the router's state: write `from_fn_with_state(logto.clone(), …)` \
            or `from_extractor_with_state::<…, _>(logto.clone())`",
    note = "a state of another crate needs a function in the attribute: `state = {Self}, logto = \
            path::to::function`; the attribute then recognises arguments by the names `AuthInfo`, \
            `OrganizationId` and `Claims`",
    note = "for alternatives under a state of another crate, write a unit struct with `#[require_any(A, B, state = {Self}, \
            logto = …)]`, not `AnyOf`"
)]
pub trait LogtoState {
    /// Returns the `Logto`, or `None` if no `Logto` was installed.
    fn logto(&self) -> Option<Logto>;
}

// Without this attribute, rustc reports the missing `FromRef` and not the message above.
#[diagnostic::do_not_recommend]
impl<S> LogtoState for S
where
    Logto: FromRef<S>,
{
    fn logto(&self) -> Option<Logto> {
        Some(Logto::from_ref(self))
    }
}

/// The state of a router that needs no other state. Its guards use the [`Logto`] that
/// [`Logto::install_global`] installed.
///
/// ```
/// use axum::{Router, routing::get};
/// use logto_runtime::{GlobalLogto, Logto, require_scopes};
///
/// #[require_scopes("read:products")]
/// async fn products() -> &'static str {
///     "[]"
/// }
///
/// # fn start(logto: Logto) -> Result<(), Box<dyn std::error::Error>> {
/// logto.install_global()?; // once, at the start of the program
/// let app: Router = Router::new().route("/products", get(products)).with_state(GlobalLogto);
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Copy, Debug, Default)]
pub struct GlobalLogto;

impl LogtoState for GlobalLogto {
    fn logto(&self) -> Option<Logto> {
        Logto::global()
    }
}

/// Lets `Arc<App>` be the state of a router if `Logto` implements `FromRef<App>`.
impl<S> FromRef<Arc<S>> for Logto
where
    Self: FromRef<S>,
{
    fn from_ref(state: &Arc<S>) -> Self {
        Self::from_ref(&**state)
    }
}

/// The error of a second call of [`Logto::install_global`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a Logto is already installed; call `install_global` once, at the start of the program")]
pub struct AlreadyInstalled(());

static GLOBAL: OnceCell<Logto> = OnceCell::new();

impl Logto {
    /// Makes this the `Logto` of all guards in routers with the state [`GlobalLogto`].
    ///
    /// # Errors
    ///
    /// Fails if a `Logto` is already installed.
    pub fn install_global(self) -> Result<(), AlreadyInstalled> {
        GLOBAL.set(self).map_err(|_| AlreadyInstalled(()))
    }

    /// Returns the installed `Logto`, or `None` before the call of [`install_global`](Self::install_global).
    #[must_use]
    pub fn global() -> Option<Self> {
        GLOBAL.get().cloned()
    }
}
