//! Measures how the cost of verifying a cached token depends on the numbers of tokens, keys and scopes. Also
//! measures the cost of checking a policy, and compares the requests per second of two threads with those of
//! one.

use std::{
    thread,
    time::{Duration, Instant},
};

use lab::{
    api::{Api, GUARDED, ROUTES, UNGUARDED, bearer},
    rounds::{Case, alternate, median},
    scale, tenant,
};
use logto_runtime::Algorithm;

const ROUNDS: usize = 31;
const SLICE: Duration = Duration::from_millis(10);

fn main() {
    println!("{ROUNDS} rounds of {SLICE:?} a case");
    println!("{:40}{:>10}{:>8}", "", "ns", "ratio");
    let tokens = [1, 100, 10_000, 100_000].map(|count| {
        let work = scale::known_among(count);
        Case::new(format!("cached token of {count}"), work)
    });
    print(tokens.into());
    // The argument is a pair of repetition counts. Only the program `instructions` uses it.
    let others = scale::cases((0, 0)).into_iter();
    print(
        others
            .map(|case| Case::new(case.name, (case.prepare)()))
            .collect(),
    );
    threads();
}

fn print(cases: Vec<Case<'_>>) {
    let samples = alternate(cases, ROUNDS, SLICE);
    for of in &samples {
        let ratio = of.ratio_to(&samples[0]);
        println!("{:40}{:>10.0}{:>8.2}", of.name, of.median(), ratio);
    }
}

/// Compares the requests per second of two threads with those of one. Two processors of a virtual machine can
/// share a core. Then two threads are less than twice as fast as one, even without a guard. The unguarded
/// handler shows how much faster they are.
fn threads() {
    println!("\n{:40}{:>10}", "", "2 threads / 1");
    let tenant = tenant::start(Algorithm::ES384);
    let logto = tenant::logto(&tenant).build().expect("a Logto");
    let tokens = [0, 1].map(|_| bearer(&tenant::token(&tenant).mint()));
    let cases = [
        ("unguarded", UNGUARDED, [0, 0]),
        ("guarded, one token", ROUTES[GUARDED].path, [0, 0]),
        ("guarded, a token each", ROUTES[GUARDED].path, [0, 1]),
    ];
    let mut ratios = cases.map(|_| Vec::new());
    for _ in 0..ROUNDS {
        for ((_, path, which), ratios) in cases.iter().zip(&mut ratios) {
            let run = |threads: usize| {
                let started = Instant::now();
                thread::scope(|scope| {
                    for token in &which[..threads] {
                        scope.spawn(|| Api::new(&logto).send(path, &tokens[*token], 200, 20_000));
                    }
                });
                threads as f64 / started.elapsed().as_secs_f64()
            };
            let one = run(1);
            ratios.push(run(2) / one);
        }
    }
    for ((name, ..), ratios) in cases.iter().zip(ratios) {
        println!("{name:40}{:>10.2}", median(ratios));
    }
}
