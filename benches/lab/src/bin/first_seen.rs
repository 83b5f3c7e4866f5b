//! The cost of verifying an uncached token, compared with the check of its signature alone.

use std::time::Duration;

use lab::{
    bare, cases,
    rounds::{Case, alternate},
    signed::Key,
};
use logto_runtime::Algorithm::{ES256, ES384, EdDSA, RS256};

const ROUNDS: usize = 61;
const SLICE: Duration = Duration::from_millis(15);

fn main() {
    println!("{ROUNDS} rounds of {SLICE:?} a case");
    println!("{:52}{:>10}{:>10}{:>8}", "", "ns", "more ns", "ratio");
    let keys = [
        Key::Of(ES384),
        Key::Of(ES256),
        Key::Rsa4096,
        Key::Of(RS256),
        Key::Of(EdDSA),
    ];
    for key in keys {
        let name = |what: &str| format!("{key}, {what}");
        let (one, many) = (key.sign(1), key.sign(cases::MANY_TOKENS));
        let samples = alternate(
            vec![
                Case::new(name("bare check"), bare::check_in_turn(&one)),
                Case::new(name("bare check again"), bare::check_in_turn(&one)),
                Case::new(name("uncached, no cache"), cases::never_cached(&one)),
                Case::new(
                    name("bare check, 2,000 in turn"),
                    bare::check_in_turn(&many),
                ),
                Case::new(
                    name("uncached, 2,000 in turn, evicted"),
                    cases::always_evicted(&many),
                ),
            ],
            ROUNDS,
            SLICE,
        );
        let (same, in_turn) = samples.split_at(3);
        for cases in [same, in_turn] {
            for of in cases {
                println!(
                    "{:52}{:>10.0}{:>10.0}{:>8.3}",
                    of.name,
                    of.median(),
                    of.more_than(&cases[0]),
                    of.ratio_to(&cases[0]),
                );
            }
        }
    }
}
