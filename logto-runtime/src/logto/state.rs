//! Where guards find their tenant: in the state of the router, or once for the program.

use axum::extract::FromRef;
use once_cell::sync::OnceCell;

use super::Logto;

/// The state of a router whose guards need a [`Logto`]: every state that `Logto` is `FromRef` of,
/// and `()` with [`Logto::install_global`].
#[diagnostic::on_unimplemented(
    message = "the state `{Self}` has no `Logto`",
    label = "a guard needs a `Logto` in the router's state",
    note = "derive it: `#[derive(Clone, FromRef)] struct App {{ logto: Logto }}` (axum feature \
            `macros`), or write `impl FromRef<{Self}> for Logto`",
    note = "a router with the state `()` needs `logto.install_global()` once"
)]
pub trait LogtoState {
    /// The tenant, unless none was installed.
    fn logto(&self) -> Option<Logto>;
}

// Without it rustc speaks of `FromRef` alone, and not in the words above.
#[diagnostic::do_not_recommend]
impl<S> LogtoState for S
where
    Logto: FromRef<S>,
{
    fn logto(&self) -> Option<Logto> {
        Some(Logto::from_ref(self))
    }
}

impl LogtoState for () {
    fn logto(&self) -> Option<Logto> {
        Logto::global()
    }
}

/// [`Logto::install_global`] was called before.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a Logto is installed already; call `install_global` once, at the start of the program")]
pub struct AlreadyInstalled(());

static GLOBAL: OnceCell<Logto> = OnceCell::new();

impl Logto {
    /// Makes this the tenant of every guard whose state is `()`.
    ///
    /// # Errors
    ///
    /// One is installed already.
    pub fn install_global(self) -> Result<(), AlreadyInstalled> {
        GLOBAL.set(self).map_err(|_| AlreadyInstalled(()))
    }

    /// The tenant that [`install_global`](Self::install_global) was called on.
    #[must_use]
    pub fn global() -> Option<Self> {
        GLOBAL.get().cloned()
    }
}
