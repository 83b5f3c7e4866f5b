//! Measures every case separately with Criterion. A refusal shows the cost of the stages before it:
//!
//! - an opaque token: parsing the `Authorization` header
//! - a garbage token header: splitting and decoding, too
//! - an expired token: reading the claims, too
//! - a token that is forged under a real `kid`: checking the signature, too

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
