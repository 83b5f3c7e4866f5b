//! The figures of a run of the soak test: verdicts, latencies, memory and fetches of the key set.

use std::{
    collections::BTreeMap,
    fmt, fs,
    sync::{Arc, Mutex},
    time::Duration,
};

use super::{COOLDOWN, FRESH_FOR, verdicts::Verdict};

const PAGE: u64 = 4_096;

#[derive(Clone, Default)]
pub(crate) struct Figures(Arc<Mutex<Counted>>);

#[derive(Default)]
struct Counted {
    statuses: BTreeMap<u16, u64>,
    not_learned: u64,
    unavailable: u64,
    wrong: Vec<String>,
    /// The latencies, in microseconds, of requests whose key the service had ([`Verdict::Known`]).
    known: Vec<u32>,
    memory_at_start: u64,
    memory_at_end: u64,
    length: Duration,
    fetches: u64,
}

impl Figures {
    pub(crate) fn count(
        &self,
        verdict: Verdict,
        status: u16,
        took: Duration,
        what: impl FnOnce() -> String,
    ) {
        let mut counted = self.0.lock().expect("lock");
        *counted.statuses.entry(status).or_default() += 1;
        match verdict {
            Verdict::Known => {
                let took = u32::try_from(took.as_micros()).unwrap_or(u32::MAX);
                counted.known.push(took);
            }
            Verdict::Right => {}
            Verdict::Unavailable => counted.unavailable += 1,
            Verdict::NotLearned => counted.not_learned += 1,
            Verdict::Wrong => counted.wrong.push(what()),
        }
        // After 500 requests with known keys, every part of the service has run. From then on, memory should
        // not grow.
        if counted.memory_at_start == 0 && counted.known.len() >= 500 {
            counted.memory_at_start = resident_bytes();
        }
    }

    pub(crate) fn closed(self, length: Duration, fetches: u64) -> Self {
        let mut counted = self.0.lock().expect("lock");
        (counted.length, counted.fetches) = (length, fetches);
        counted.memory_at_end = resident_bytes();
        counted.known.sort_unstable();
        drop(counted);
        self
    }

    /// Returns the reasons why the run failed, with at most twenty wrong answers. The list is empty if
    /// the run passed.
    pub(crate) fn faults(&self) -> Vec<String> {
        let counted = self.0.lock().expect("lock");
        let mut faults: Vec<String> = counted.wrong.iter().take(20).cloned().collect();
        if counted.known.len() < 500 {
            faults.push(format!(
                "only {} requests of known keys",
                counted.known.len()
            ));
        }
        let permitted = counted.permitted_fetches();
        if counted.fetches > permitted {
            faults.push(format!(
                "{} fetches, {permitted} permitted",
                counted.fetches
            ));
        }
        faults
    }
}

impl Counted {
    /// Returns how many fetches are permitted. Each [`COOLDOWN`] permits one for unknown keys, and each
    /// [`FRESH_FOR`] permits one for stale keys. Four more are permitted: the first fetch, and the three that
    /// unknown keys may cause before a cooldown. Failed fetches stay within this number, because the service
    /// backs off. The pause after the first failure is at least half a second, and doubles with each failure.
    fn permitted_fetches(&self) -> u64 {
        let times = |pause: Duration| self.length.as_millis() / pause.as_millis();
        let permitted = times(COOLDOWN) + times(FRESH_FOR) + 4;
        u64::try_from(permitted).unwrap_or(u64::MAX)
    }

    fn percentile(&self, per_mille: usize) -> f64 {
        let last = self.known.len().saturating_sub(1);
        let place = self.known.len() * per_mille / 1_000;
        self.known
            .get(place.min(last))
            .map_or(0.0, |took| f64::from(*took) / 1_000.0)
    }
}

impl fmt::Display for Figures {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let counted = self.0.lock().expect("lock");
        let served: u64 = counted.statuses.values().sum();
        let seconds = counted.length.as_secs_f64();
        let mebibytes = |bytes: u64| bytes / 1_024 / 1_024;
        writeln!(
            f,
            "soak: {seconds} s, {served} requests served: {:?}",
            counted.statuses
        )?;
        writeln!(f, "wrong verdicts: {}", counted.wrong.len())?;
        writeln!(
            f,
            "unavailable answers (503, never for a known key): {}",
            counted.unavailable
        )?;
        writeln!(f, "new keys not learned yet (401): {}", counted.not_learned)?;
        let [p50, p99, p999] = [500, 990, 999].map(|per_mille| counted.percentile(per_mille));
        let known = counted.known.len();
        writeln!(
            f,
            "{known} requests of known keys: p50 {p50:.2} ms, p99 {p99:.2} ms, p99.9 {p999:.2} ms"
        )?;
        let per_minute =
            60.0 * f64::from(u32::try_from(counted.fetches).unwrap_or(u32::MAX)) / seconds;
        writeln!(
            f,
            "key set fetches: {}, {per_minute:.1} a minute",
            counted.fetches
        )?;
        let (start, end) = (counted.memory_at_start, counted.memory_at_end);
        write!(
            f,
            "memory: {} MiB at the start, {} MiB at the end",
            mebibytes(start),
            mebibytes(end)
        )
    }
}

/// Returns the resident memory of the whole process, including callers and tenant. Returns 0 on a system
/// without `/proc`.
fn resident_bytes() -> u64 {
    let pages = fs::read_to_string("/proc/self/statm").ok();
    let resident = pages.and_then(|pages| pages.split(' ').nth(1)?.parse::<u64>().ok());
    resident.unwrap_or(0) * PAGE
}
