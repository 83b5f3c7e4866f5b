//! The measured values and their medians. There is one sample for each round, or for each turn in a round.

use std::time::Duration;

use arena::Measured;

use crate::{contestants::Contestant, load::Answered};

/// All measurements of a contestant.
pub struct Outcome {
    pub contestant: Contestant,
    /// In process, one token again and again.
    pub called_known: InProcess,
    /// In process, each token once.
    pub called_fresh: InProcess,
    /// Over loopback, one token again and again.
    pub known: Beside,
    /// Over loopback, many tokens in turn.
    pub live: Beside,
    /// Over loopback, each token once.
    pub fresh: Loopback,
}

/// Figures of a contestant, and of the unguarded handler that took turns with the contestant.
#[derive(Default)]
pub struct Beside {
    pub own: Loopback,
    pub unguarded: Loopback,
}

#[derive(Default)]
pub struct InProcess {
    /// The processor time of a request, in microseconds.
    pub micros: Vec<f64>,
    /// The allocations of a request.
    pub allocations: Vec<f64>,
}

#[derive(Default)]
pub struct Loopback {
    /// The requests per second.
    pub rate: Vec<f64>,
    /// The contestant's processor time for a request, in microseconds.
    pub micros: Vec<f64>,
    /// The median latency in milliseconds.
    pub p50: Vec<f64>,
    /// The 99th percentile of the latency in milliseconds.
    pub p99: Vec<f64>,
}

impl Outcome {
    pub fn of(contestant: Contestant) -> Self {
        Self {
            contestant,
            called_known: InProcess::default(),
            called_fresh: InProcess::default(),
            known: Beside::default(),
            live: Beside::default(),
            fresh: Loopback::default(),
        }
    }
}

impl InProcess {
    pub fn add(&mut self, measured: Measured) {
        let each = |total: u64| total as f64 / measured.requests as f64;
        self.micros.push(each(measured.nanos) / 1e3);
        self.allocations.push(each(measured.allocations));
    }
}

impl Loopback {
    pub fn add(&mut self, answered: &Answered, processor_time: Duration) {
        let latencies = &answered.latencies;
        let count = latencies.len() as f64;
        let millis = |part: f64| {
            let at = (part * count) as usize;
            latencies[at.min(latencies.len() - 1)].as_secs_f64() * 1e3
        };
        self.rate.push(count / answered.elapsed.as_secs_f64());
        self.micros.push(processor_time.as_secs_f64() * 1e6 / count);
        self.p50.push(millis(0.5));
        self.p99.push(millis(0.99));
    }
}

pub fn median(values: &[f64]) -> f64 {
    let mut values = values.to_vec();
    values.sort_by(f64::total_cmp);
    let middle = values.len() / 2;
    match values.len() {
        0 => f64::NAN,
        odd if odd % 2 == 1 => values[middle],
        _ => (values[middle - 1] + values[middle]) / 2.0,
    }
}

/// Returns the median of the ratios `of[i] / to[i]`. Both samples of a ratio are from the same round or turn.
/// A slow phase of the machine often affects both samples, so their ratio changes less than each sample.
pub fn ratio(of: &[f64], to: &[f64]) -> f64 {
    let ratios: Vec<f64> = of.iter().zip(to).map(|(of, to)| of / to).collect();
    median(&ratios)
}
