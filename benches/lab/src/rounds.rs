//! Measures cases in turn, in several rounds, so that changes in the speed of a shared machine affect all
//! cases alike. Such a change can be larger than the difference between two cases.

use std::time::Duration;

use nix::time::{ClockId, clock_gettime};

/// Something to measure.
pub struct Case<'a> {
    pub name: String,
    /// Runs the case. The argument is the number of repetitions.
    pub run: Box<dyn FnMut(u64) + 'a>,
}

/// The processor time of one repetition in nanoseconds, one sample for each round.
pub struct Samples {
    pub name: String,
    pub nanos: Vec<f64>,
}

impl<'a> Case<'a> {
    pub fn new(name: impl Into<String>, run: impl FnMut(u64) + 'a) -> Self {
        Self {
            name: name.into(),
            run: Box::new(run),
        }
    }
}

/// Runs each case for about the time of `slice` in every round. The first round begins with the first case,
/// the second round with the second case, and so on.
pub fn alternate(mut cases: Vec<Case<'_>>, rounds: usize, slice: Duration) -> Vec<Samples> {
    let counts: Vec<u64> = cases
        .iter_mut()
        .map(|case| calibrate(case, slice))
        .collect();
    let mut samples: Vec<Samples> = cases
        .iter()
        .map(|case| Samples {
            name: case.name.clone(),
            nanos: Vec::with_capacity(rounds),
        })
        .collect();
    for round in 0..rounds {
        for turn in 0..cases.len() {
            let at = (round + turn) % cases.len();
            let took = time(&mut cases[at], counts[at]);
            samples[at]
                .nanos
                .push(took.as_nanos() as f64 / counts[at] as f64);
        }
    }
    samples
}

fn calibrate(case: &mut Case<'_>, slice: Duration) -> u64 {
    let mut count = 1;
    loop {
        let took = time(case, count);
        // A time below a quarter of `slice` is too inexact to calculate the count from it.
        if took * 4 >= slice {
            let fitting = count as f64 * slice.as_secs_f64() / took.as_secs_f64();
            return (fitting as u64).max(1);
        }
        count *= 2;
    }
}

/// Runs the case, and returns the processor time of this thread. Processor time does not include the time in
/// which other programs ran.
fn time(case: &mut Case<'_>, count: u64) -> Duration {
    let now = || Duration::from(clock_gettime(ClockId::CLOCK_THREAD_CPUTIME_ID).expect("a clock"));
    let started = now();
    (case.run)(count);
    now() - started
}

impl Samples {
    pub fn median(&self) -> f64 {
        median(self.nanos.clone())
    }

    /// Calculates the difference to `base` in each round, and returns the median.
    pub fn more_than(&self, base: &Self) -> f64 {
        median(self.pairs(base).map(|(own, base)| own - base).collect())
    }

    /// Calculates the ratio to `base` in each round, and returns the median.
    pub fn ratio_to(&self, base: &Self) -> f64 {
        median(self.pairs(base).map(|(own, base)| own / base).collect())
    }

    fn pairs<'a>(&'a self, base: &'a Self) -> impl Iterator<Item = (f64, f64)> + 'a {
        self.nanos.iter().copied().zip(base.nanos.iter().copied())
    }
}

pub fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    let middle = values.len() / 2;
    match values.len() {
        0 => f64::NAN,
        odd if odd % 2 == 1 => values[middle],
        _ => (values[middle - 1] + values[middle]) / 2.0,
    }
}
