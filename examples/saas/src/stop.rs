//! Signals that stop the program.

use std::{future::Future, io};

/// Returns a future that resolves on Ctrl-C or SIGTERM.
///
/// # Errors
///
/// Returns an error if the operating system does not accept a signal handler.
#[cfg(unix)]
pub(crate) fn asked() -> io::Result<impl Future<Output = ()>> {
    use tokio::signal::unix::{SignalKind, signal};

    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    Ok(async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
    })
}

/// Returns a future that resolves on Ctrl-C.
///
/// # Errors
///
/// Does not return an error.
#[cfg(not(unix))]
pub(crate) fn asked() -> io::Result<impl Future<Output = ()>> {
    Ok(async {
        // If no handler can be installed, Ctrl-C ends the process at once, and this future never resolves.
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending().await
        }
    })
}
