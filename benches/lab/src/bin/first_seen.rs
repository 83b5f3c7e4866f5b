//! The cost of an uncached token, compared with the bare check of its signature.

use std::time::Duration;

use lab::{
    bare, cases,
    rounds::{Case, alternate},
};
use logto_runtime::Algorithm::{ES256, ES384, EdDSA, RS256};

const ROUNDS: usize = 61;
const SLICE: Duration = Duration::from_millis(15);

fn main() {
    println!("{ROUNDS} rounds of {SLICE:?} a case");
    println!("{:40}{:>10}{:>10}{:>8}", "", "ns", "more ns", "ratio");
    for algorithm in [ES384, ES256, RS256, EdDSA] {
        let name = |what: &str| format!("{algorithm}, {what}");
        let samples = alternate(
            vec![
                Case::new(name("bare check"), bare::check(algorithm)),
                Case::new(name("bare check again"), bare::check(algorithm)),
                Case::new(name("uncached, no cache"), cases::never_cached(algorithm)),
                Case::new(
                    name("bare check, 2,000 in turn"),
                    bare::check_in_turn(algorithm, cases::MANY_TOKENS),
                ),
                Case::new(
                    name("uncached, 2,000 in turn, evicted"),
                    cases::always_evicted(algorithm),
                ),
            ],
            ROUNDS,
            SLICE,
        );
        let (same, in_turn) = samples.split_at(3);
        for cases in [same, in_turn] {
            for of in cases {
                println!(
                    "{:40}{:>10.0}{:>10.0}{:>8.3}",
                    of.name,
                    of.median(),
                    of.more_than(&cases[0]),
                    of.ratio_to(&cases[0]),
                );
            }
        }
    }
}
