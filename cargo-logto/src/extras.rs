//! Completions for shells, and the man page.

use std::io::{self, Write as _};

use clap::CommandFactory as _;
use clap_complete::Shell;

use crate::{
    cli::Arguments,
    failure::{Exit, Failure},
};

/// Prints completions for `cargo-logto`.
pub(crate) fn completions(shell: Shell) -> Result<Exit, Failure> {
    let mut text = Vec::new();
    let mut command = Arguments::command().bin_name("cargo-logto");
    clap_complete::generate(shell, &mut command, "cargo-logto", &mut text);
    print(&text)
}

/// Prints the man page in roff.
pub(crate) fn man() -> Result<Exit, Failure> {
    let mut text = Vec::new();
    let page = clap_mangen::Man::new(Arguments::command());
    page.render(&mut text).map_err(|error| failed(&error))?;
    print(&text)
}

fn print(text: &[u8]) -> Result<Exit, Failure> {
    match io::stdout().write_all(text) {
        Ok(()) => Ok(Exit::InSync),
        // A reader such as `head` has seen enough.
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(Exit::InSync),
        Err(error) => Err(failed(&error)),
    }
}

fn failed(error: &io::Error) -> Failure {
    Failure::configuration(format!("can't print: {error}"))
}
