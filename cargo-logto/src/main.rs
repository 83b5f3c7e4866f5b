//! `cargo logto`: keeps `logto.toml`, the tenant and the guards of a program the same.
//!
//! The compiler holds guards within `logto.toml`. This program holds `logto.toml` to the tenant, and
//! shows what nobody uses.
//!
//! Files, in reading order:
//!
//! - `cli`: commands and options
//! - `failure`: exit codes
//! - `output`: prints lines
//! - `text`: prints names from strangers safely
//! - `project`: where `logto.toml` and the source are
//! - `source`: finds guards in the source, without a build
//! - `tenant`: what the tenant has
//! - `finding`, `report`: what is wrong, and how it is printed
//! - `check`, `pull`, `push`, `explain`, `token`, `matrix`, `extras`: the commands

#![forbid(unsafe_code)]

#[macro_use]
mod output;

mod check;
mod cli;
mod explain;
mod extras;
mod failure;
mod finding;
mod matrix;
mod progress;
mod project;
mod pull;
mod push;
mod report;
mod source;
mod tenant;
mod text;
mod token;

use std::{ffi::OsString, process::ExitCode};

use clap::Parser as _;

use crate::{
    cli::{Arguments, Command},
    failure::{Exit, Failure},
};

fn main() -> ExitCode {
    let arguments = Arguments::parse_from(without_cargo(std::env::args_os().collect()));
    let exit = run(arguments).unwrap_or_else(|failure| {
        note!("{}", report::failure(&failure));
        failure.exit
    });
    exit.into()
}

/// Removes the word that cargo passes when this runs as `cargo logto`.
fn without_cargo(mut arguments: Vec<OsString>) -> Vec<OsString> {
    if arguments.get(1).is_some_and(|word| word == "logto") {
        arguments.remove(1);
    }
    arguments
}

fn run(Arguments { project, command }: Arguments) -> Result<Exit, Failure> {
    let project = project.manifest_path.as_deref();
    let asynchronous = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| Failure::configuration(format!("can't start: {error}")))?;
    match command {
        Command::Pull(options) => asynchronous.block_on(pull::run(project, &options)),
        Command::Check(options) => asynchronous.block_on(check::run(project, &options)),
        Command::Push(options) => asynchronous.block_on(push::run(project, &options)),
        Command::Explain(options) => asynchronous.block_on(explain::run(project, options)),
        Command::Token(options) => asynchronous.block_on(token::run(&options)),
        Command::Matrix(options) => matrix::run(&options),
        Command::Completions { shell } => extras::completions(shell),
        Command::Man => extras::man(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_word_that_cargo_passes_is_removed() {
        let run = |words: &[&str]| {
            let words = words.iter().map(OsString::from).collect();
            without_cargo(words)
        };
        let direct = run(&["cargo-logto", "check", "--offline"]);
        assert_eq!(run(&["cargo-logto", "logto", "check", "--offline"]), direct);
        assert_eq!(direct.len(), 3);
    }
}
