//! Compares what guards cost: `cargo run --release -p compare -- [--rounds N] [--slice-ms N]
//! [--peer FOLDER]…`.
//!
//! Prints Markdown to standard output and progress to standard error. Ends with 1 when a goal is
//! missed, with 101 when a contestant does not guard or does not answer.

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

use std::process::ExitCode;

use crate::{options::Options, process::Running, tenant::Tenant};

/// Contestants run on the first processor, everything else on the second.
const CONTESTANT_CORE: usize = 0;
const OWN_CORE: usize = 1;

fn main() -> ExitCode {
    let options = Options::from_arguments();
    building::build(&options.contestants);
    process::pin_to(OWN_CORE);
    let tenant = Tenant::start();

    let mut running: Vec<Running> = options
        .contestants
        .iter()
        .map(|contestant| Running::start(contestant, &tenant.settings(CONTESTANT_CORE)))
        .collect();
    for contestant in &running {
        eprintln!("proving {}", contestant.contestant.name);
        proof::prove(contestant, &tenant);
    }

    let outcomes = rounds::run(&mut running, &tenant, &options);
    report::print(&outcomes, &options);
    match conditions::print(&outcomes) {
        true => ExitCode::SUCCESS,
        false => ExitCode::FAILURE,
    }
}
