//! Prints lines. A reader that closed its end, such as `head`, is not an error.
//!
//! `anstream` removes colours where the output is not a terminal, or where `NO_COLOR` is set.

use std::{
    io,
    sync::atomic::{AtomicBool, Ordering},
};

/// Whether a line could not be printed to stdout.
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

/// Remembers a write to stdout that failed, for example because a disk is full.
pub(crate) fn remember_failure(result: io::Result<()>) {
    if result.is_err_and(|error| error.kind() != io::ErrorKind::BrokenPipe) {
        FAILED.store(true, Ordering::Relaxed);
    }
}

/// Checks whether something could not be printed to stdout.
pub(crate) fn has_failed() -> bool {
    FAILED.load(Ordering::Relaxed)
}
