//! The explorer makes decisions that no caller has asked for. This file keeps these decisions out of logs,
//! spans and metrics.

use std::{
    cell::Cell,
    future::{Future, poll_fn},
    pin::pin,
};

thread_local! {
    static QUIET: Cell<bool> = const { Cell::new(false) };
}

/// Runs a future whose decisions are neither logged nor counted.
///
/// A subscriber that ignores the events would not be enough. `tracing` caches for each kind of event whether
/// a subscriber wants it. So events of real requests could be lost.
pub(crate) async fn quietly<T>(future: impl Future<Output = T>) -> T {
    let mut future = pin!(future);
    poll_fn(|context| {
        let _until_dropped = Quiet(QUIET.replace(true));
        future.as_mut().poll(context)
    })
    .await
}

/// Whether this thread is making a decision that must not be reported.
pub(super) fn is_quiet() -> bool {
    QUIET.get()
}

/// Restores the earlier value of [`QUIET`] when it is dropped, also during a panic.
struct Quiet(bool);

impl Drop for Quiet {
    fn drop(&mut self) {
        QUIET.set(self.0);
    }
}
