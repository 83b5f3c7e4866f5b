//! Compares the cost of guards: `cargo run --release -p compare -- [--rounds N] [--slice-ms N]
//! [--peer FOLDER]…`. A contestant is one of the programs that are measured.
//!
//! Prints Markdown to standard output and progress to standard error. The exit code tells the result:
//!
//! - 0: all goals are met
//! - 1: a goal is missed
//! - 2: an argument is wrong
//! - 101: the comparison failed, for example because a contestant does not build or does not guard its route

mod building;
mod conditions;
mod contestants;
mod files;
mod load;
mod options;
mod process;
mod proof;
mod report;
mod rounds;
mod samples;
mod tenant;
mod turns;

use std::process::ExitCode;

use crate::{options::Options, tenant::Tenant};

/// After the build, contestants run on the first processor, and everything else runs on the second.
const CONTESTANT_CORE: usize = 0;
const OWN_CORE: usize = 1;

fn main() -> ExitCode {
    let options = Options::from_arguments();
    building::build(&options.contestants);
    process::pin_to(OWN_CORE);
    let tenant = Tenant::start();

    let settings = tenant.settings(CONTESTANT_CORE);
    for contestant in &options.contestants {
        eprintln!("checking {}", contestant.name);
        proof::prove(&rounds::start(contestant, &tenant, &settings), &tenant);
    }

    let outcomes = rounds::run(&tenant, &settings, &options);
    report::print(&outcomes, &options);
    match conditions::print(&outcomes) {
        true => ExitCode::SUCCESS,
        false => ExitCode::FAILURE,
    }
}
