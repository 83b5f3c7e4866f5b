//! [`current_runtime`], which returns the tokio runtime of the caller if the runtime has a timer.

use std::{panic::catch_unwind, time::Duration};

use tokio::runtime::Handle;

/// Why the caller can't wait with a time limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NoRuntime {
    /// The caller is not in a tokio runtime.
    Outside,
    /// The runtime was built without a timer, so a wait with a time limit would panic.
    WithoutTimer,
}

/// Returns the current runtime, if it has a timer.
///
/// tokio has no function that says whether a runtime has a timer. But `sleep` panics if the runtime does not
/// have a timer. So this function calls `sleep` and catches the panic. The panic hook still gets the message.
pub(crate) fn current_runtime() -> Result<Handle, NoRuntime> {
    let handle = Handle::try_current().map_err(|_| NoRuntime::Outside)?;
    match catch_unwind(|| drop(tokio::time::sleep(Duration::ZERO))) {
        Ok(()) => Ok(handle),
        Err(_) => Err(NoRuntime::WithoutTimer),
    }
}

#[cfg(test)]
mod tests {
    use tokio::runtime::Builder;

    use super::*;

    #[test]
    fn only_a_runtime_with_a_timer_is_returned() {
        assert_eq!(current_runtime().err(), Some(NoRuntime::Outside));
        for (timer, expected) in [(false, Some(NoRuntime::WithoutTimer)), (true, None)] {
            let mut builder = Builder::new_current_thread();
            let builder = match timer {
                true => builder.enable_time(),
                false => &mut builder,
            };
            let runtime = builder.build().unwrap();
            let found = runtime.block_on(async { current_runtime().err() });
            assert_eq!(found, expected, "timer: {timer}");
        }
    }
}
