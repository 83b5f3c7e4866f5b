//! Measures each case of `lab::cases` separately with Criterion.
//!
//! A guard verifies a token in stages. The cases include these tokens, which are refused. Each token goes one
//! stage further than the token before it in this list:
//!
//! - an opaque token: parsing the `Authorization` header
//! - a token with a garbage JOSE header: also splitting and decoding the token
//! - an expired token: also reading its header and claims
//! - a token that is forged under a real `kid`: also checking the signature

use std::time::{Duration, Instant};

use criterion::{Criterion, criterion_group, criterion_main};
use lab::cases;

fn stages(criterion: &mut Criterion) {
    for case in cases::all() {
        let mut work = (case.prepare)();
        criterion.bench_function(case.name, |bencher| {
            bencher.iter_custom(|count| {
                let started = Instant::now();
                work(count);
                started.elapsed()
            });
        });
    }
}

criterion_group! {
    name = benches;
    config = Criterion::default()
        .warm_up_time(Duration::from_millis(500))
        .measurement_time(Duration::from_secs(2));
    targets = stages
}
criterion_main!(benches);
