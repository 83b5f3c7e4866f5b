//! Compares the measured values with four performance goals of `logto-runtime`.

use crate::{
    contestants::Role,
    samples::{Outcome, median, ratio},
};

/// Prints each goal with the measured value. Returns whether all goals are met.
pub fn print(outcomes: &[Outcome]) -> bool {
    let by = |role: Role| {
        let mut all = outcomes.iter();
        all.find(|outcome| outcome.contestant.role == role)
            .expect("a contestant of each role")
    };
    let cached = by(Role::ThisCrate);
    let uncached = by(Role::ThisCrateUncached);
    // A goal for requests per second names the peer with the most of them. A goal for processor time names the
    // peer that needs the least of it, which can be another one.
    let fastest_known = best_peer(outcomes, |outcome| median(&outcome.known.own.rate));
    let fastest_fresh = best_peer(outcomes, |outcome| -median(&outcome.fresh.micros));

    println!("Goals:\n");
    let goals = [
        goal(
            "cached token, requests/s, to unguarded",
            ratio(&cached.known.own.rate, &cached.known.unguarded.rate),
            Bound::AtLeast(0.95),
        ),
        goal(
            &format!(
                "cached token, requests/s, to the fastest peer ({})",
                fastest_known.contestant.name
            ),
            ratio(&cached.known.own.rate, &fastest_known.known.own.rate),
            Bound::AtLeast(20.0),
        ),
        goal(
            &format!(
                "uncached token, processor time, cold cache, to the fastest peer ({})",
                fastest_fresh.contestant.name
            ),
            ratio(&cached.fresh.micros, &fastest_fresh.fresh.micros),
            Bound::AtMost(1.0),
        ),
        goal(
            "uncached token, processor time, no cache, to the same peer",
            ratio(&uncached.fresh.micros, &fastest_fresh.fresh.micros),
            Bound::AtMost(1.0),
        ),
    ];
    goals.into_iter().all(|met| met)
}

enum Bound {
    AtLeast(f64),
    AtMost(f64),
}

fn goal(what: &str, measured: f64, bound: Bound) -> bool {
    let (met, bound) = match bound {
        Bound::AtLeast(least) => (measured >= least, format!("at least {least}")),
        Bound::AtMost(most) => (measured <= most, format!("at most {most}")),
    };
    let verdict = if met { "met" } else { "missed" };
    println!("- {what}: {measured:.3}, {bound}: {verdict}");
    met
}

/// Returns the peer with the greatest score.
fn best_peer(outcomes: &[Outcome], score: impl Fn(&Outcome) -> f64) -> &Outcome {
    outcomes
        .iter()
        .filter(|outcome| outcome.contestant.role == Role::Peer)
        .max_by(|a, b| score(a).total_cmp(&score(b)))
        .expect("a peer")
}
