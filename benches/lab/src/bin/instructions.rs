//! Counts the instructions of each case with callgrind. Counts are reproducible, times are not.
//!
//! Measures every case. With arguments, measures only the cases whose names contain one of the arguments.
//! Starts itself under valgrind for each case.

use std::{env, process::Command};

use lab::{
    case::{Case, Work},
    cases,
};

fn main() {
    let arguments: Vec<String> = env::args().skip(1).collect();
    match &arguments[..] {
        // Only this program itself passes these arguments, in `collected`.
        [run, name, count] if run == "run" => {
            let case = cases::all().into_iter().find(|case| case.name == name);
            let count = count.parse().expect("a count");
            measured((case.expect("a case").prepare)(), count);
        }
        chosen => {
            for case in cases::all() {
                if chosen.is_empty() || chosen.iter().any(|part| case.name.contains(part)) {
                    println!("{:44}{:>12.0}", case.name, instructions(&case));
                }
            }
        }
    }
}

/// Callgrind counts only this function, because the generation of keys takes a random number of instructions.
#[inline(never)]
fn measured(mut work: Work, count: u64) {
    work(count);
}

/// Returns the instructions of one repetition, from the difference between a long run and a short one. Work
/// that only the first repetition does is not in the difference. An example is the verification of a token
/// that is cached afterwards.
fn instructions(case: &Case) -> f64 {
    let (few, many) = case.counts;
    let difference = collected(case.name, many) as f64 - collected(case.name, few) as f64;
    difference / (many - few) as f64
}

fn collected(name: &str, count: u64) -> u64 {
    let program = env::current_exe().expect("the path of this program");
    let output = Command::new("valgrind")
        .args(["--tool=callgrind", "--callgrind-out-file=/dev/null"])
        .args(["--collect-atstart=no", "--toggle-collect=*measured*"])
        .arg(program)
        .args(["run", name, &count.to_string()])
        .output()
        .expect("valgrind does not start; install it");
    let log = String::from_utf8_lossy(&output.stderr);
    let line = log
        .lines()
        .find_map(|line| line.split("Collected :").nth(1));
    match line.and_then(|count| count.trim().parse().ok()) {
        Some(count) => count,
        None => panic!("valgrind counted nothing:\n{log}"),
    }
}
