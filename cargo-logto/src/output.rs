//! Prints lines. A reader that closed its end, such as `head`, is not an error.
//!
//! `anstream` removes colours where the output is not a terminal, or where `NO_COLOR` is set.

/// Prints a line to stdout.
macro_rules! out {
    ($($argument:tt)*) => {{
        use std::io::Write as _;
        let _ = writeln!(anstream::stdout(), $($argument)*);
    }};
}

/// Prints a line to stderr.
macro_rules! note {
    ($($argument:tt)*) => {{
        use std::io::Write as _;
        let _ = writeln!(anstream::stderr(), $($argument)*);
    }};
}
