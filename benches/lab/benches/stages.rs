//! Every case by itself, as Criterion measures it. A refusal shows what the stages up to it take:
//! an opaque token the header's parser, a garbage header the splitting and decoding, an expired
//! token the claims, a forged one the signature.

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
