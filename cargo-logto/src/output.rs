//! Prints lines. It is not an error if a reader, such as `head`, closes the pipe early.
//!
//! By default, `anstream` removes colours if the output is not a terminal. `NO_COLOR` always removes them.

use std::{
    io,
    sync::atomic::{AtomicBool, Ordering},
};

/// Whether a write to stdout failed for a reason other than a closed pipe.
static FAILED: AtomicBool = AtomicBool::new(false);

/// Prints a line to stdout.
macro_rules! out {
    ($($argument:tt)*) => {{
        use std::io::Write as _;
        $crate::output::remember_failure(writeln!(anstream::stdout(), $($argument)*));
    }};
}

/// Prints a line to stderr.
macro_rules! note {
    ($($argument:tt)*) => {{
        use std::io::Write as _;
        let _ = writeln!(anstream::stderr(), $($argument)*);
    }};
}

/// Remembers a write to stdout that failed, for example because a disk is full. Ignores a closed pipe.
pub(crate) fn remember_failure(result: io::Result<()>) {
    if result.is_err_and(|error| error.kind() != io::ErrorKind::BrokenPipe) {
        FAILED.store(true, Ordering::Relaxed);
    }
}

/// Checks whether a failed write to stdout was remembered.
pub(crate) fn has_failed() -> bool {
    FAILED.load(Ordering::Relaxed)
}
