//! `cargo logto`: keeps `logto.toml`, the tenant and the guards of a program in sync.
//!
//! The compiler rejects guards with scopes, permissions or resources that `logto.toml` lacks. This program
//! compares `logto.toml` with the tenant, and shows scopes and permissions that the source does not use.
//!
//! Files, in reading order:
//!
//! - `cli`, `usage`: commands and options
//! - `failure`: exit codes
//! - `output`: prints lines
//! - `progress`: prints why the user waits
//! - `text`: makes names from the tenant and from the source safe to print
//! - `project`: finds and reads `logto.toml`
//! - `source`: finds guards in the source, without a build
//! - `tenant`: reads the resources and permissions of the tenant
//! - `finding`: a finding of `check`
//! - `report`: prints findings
//! - `check`, `pull`, `push`, `explain`, `token`, `matrix`, `manual`: the commands

#![forbid(unsafe_code)]

#[macro_use]
mod output;

mod check;
mod cli;
mod explain;
mod failure;
mod finding;
mod manual;
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
mod usage;

use std::process::ExitCode;

use crate::{
    cli::{Arguments, Command},
    failure::{Exit, Failure},
};

fn main() -> ExitCode {
    let ended = usage::parse(std::env::args_os().collect()).map(run);
    let exit = ended.unwrap_or_else(Ok).unwrap_or_else(|failure| {
        note!("{}", report::failure(&failure));
        failure.exit
    });
    if output::has_failed() {
        let failure = Failure::configuration(
            "can't write to stdout; check the file or the program that stdout leads to",
        );
        note!("{}", report::failure(&failure));
        return failure.exit.into();
    }
    exit.into()
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
        Command::Completions { shell } => Ok(manual::completions(shell)),
        Command::Man => Ok(manual::man()),
    }
}
