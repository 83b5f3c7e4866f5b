//! Captures what the current thread logs with `tracing`, at every level and from every crate.

use std::{
    cell::RefCell,
    io::{self, Write},
    mem,
    sync::Once,
};

thread_local! {
    static LINES: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
}

struct Writer;

impl Write for Writer {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        LINES.with_borrow_mut(|lines| lines.extend_from_slice(bytes));
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Captures what is logged from now on.
pub(crate) fn capture() {
    static INSTALL: Once = Once::new();
    INSTALL.call_once(|| {
        tracing_subscriber::fmt()
            .with_max_level(tracing_subscriber::filter::LevelFilter::TRACE)
            .with_ansi(false)
            .with_writer(|| Writer)
            .init();
    });
    take();
}

/// Takes what was logged since the last call of [`capture`], `take` or [`take_at`].
pub(crate) fn take() -> String {
    String::from_utf8(LINES.with_borrow_mut(mem::take)).unwrap()
}

/// Takes what was logged, like [`take`]. Returns only the lines at this level that the crates of this
/// workspace have logged. The level is a word in upper case, such as `ERROR`.
pub(crate) fn take_at(level: &str) -> Vec<String> {
    at(level, &take())
}

/// Returns the lines at this level that the crates of this workspace have logged.
pub(crate) fn at(level: &str, log: &str) -> Vec<String> {
    let ours = |line: &&str| line.contains(&format!("{level} logto: "));
    log.lines().filter(ours).map(str::to_owned).collect()
}
