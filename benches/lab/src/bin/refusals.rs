//! Measures how long a refused request takes without a network. Compares this time with that of a request to
//! the unguarded handler.

use std::time::Duration;

use lab::{
    cases,
    rounds::{Case, alternate},
};

const ROUNDS: usize = 61;
const SLICE: Duration = Duration::from_millis(10);

fn main() {
    println!("{ROUNDS} rounds of {SLICE:?} a case");
    println!("{:40}{:>10}{:>10}", "", "ns", "more ns");
    let unguarded = cases::all().into_iter().take(1);
    let all = unguarded.chain(cases::refusals());
    let timed = all
        .map(|case| Case::new(case.name, (case.prepare)()))
        .collect();
    let samples = alternate(timed, ROUNDS, SLICE);
    for of in &samples {
        println!(
            "{:40}{:>10.0}{:>10.0}",
            of.name,
            of.median(),
            of.more_than(&samples[0])
        );
    }
}
