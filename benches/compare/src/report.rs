//! Prints the tables that `logto-runtime/docs/performance.md` shows in its section *Comparison*.

use std::process::Command;

use crate::{
    building::versions,
    options::Options,
    rounds::{LIVE, UNGUARDED},
    samples::{InProcess, Loopback, Outcome, median, ratio},
};

pub fn print<'a>(outcomes: &'a [Outcome], options: &Options) {
    println!(
        "{}, {}, {}, {} processors; {} rounds of {} ms.\n",
        output("date", &["-u", "+%Y-%m-%d"]),
        output("rustc", &["--version"]),
        processor(),
        std::fs::read_to_string("/proc/cpuinfo")
            .map_or(0, |text| text.matches("processor\t").count()),
        options.rounds,
        options.slice.as_millis(),
    );
    in_process(outcomes);
    let known = |outcome: &'a Outcome| (&outcome.known.own, &outcome.known.unguarded);
    loopback("one token", outcomes, known);
    let live = |outcome: &'a Outcome| (&outcome.live.own, &outcome.live.unguarded);
    loopback(&format!("{LIVE} tokens in turn"), outcomes, live);
    let unguarded = &outcomes[UNGUARDED].fresh;
    let fresh = |outcome: &'a Outcome| (&outcome.fresh, unguarded);
    loopback("each token once", outcomes, fresh);
}

fn in_process(outcomes: &[Outcome]) {
    println!("In process, no socket:\n");
    println!(
        "| guard | version | signatures | cached token, µs | to unguarded | allocations | uncached token, µs | to unguarded | allocations |"
    );
    println!("|---|---|---|--:|--:|--:|--:|--:|--:|");
    let unguarded = &outcomes[UNGUARDED];
    for outcome in outcomes {
        let contestant = &outcome.contestant;
        println!(
            "| {} | {} | {} | {} | {} |",
            contestant.name,
            versions(contestant),
            contestant.backend,
            calls(&outcome.called_known, &unguarded.called_known),
            calls(&outcome.called_fresh, &unguarded.called_fresh),
        );
    }
    println!();
}

fn calls(own: &InProcess, unguarded: &InProcess) -> String {
    format!(
        "{} | {} | {:.0}",
        digits(median(&own.micros)),
        digits(ratio(&own.micros, &unguarded.micros)),
        median(&own.allocations),
    )
}

/// Prints one table. `of` returns a contestant's figures and those of the unguarded handler.
fn loopback<'a>(
    title: &str,
    outcomes: &'a [Outcome],
    of: impl Fn(&'a Outcome) -> (&'a Loopback, &'a Loopback),
) {
    println!("Over loopback, 64 connections, {title}:\n");
    println!(
        "| guard | requests/s | to unguarded | processor µs/request | to unguarded | p50 ms | p99 ms |"
    );
    println!("|---|--:|--:|--:|--:|--:|--:|");
    for outcome in outcomes {
        let (own, unguarded) = of(outcome);
        println!(
            "| {} | {:.0} | {} | {} | {} | {} | {} |",
            outcome.contestant.name,
            median(&own.rate),
            digits(ratio(&own.rate, &unguarded.rate)),
            digits(median(&own.micros)),
            digits(ratio(&own.micros, &unguarded.micros)),
            digits(median(&own.p50)),
            digits(median(&own.p99)),
        );
    }
    println!();
}

/// Formats a value. A value between 0.001 and 999 gets two or three significant digits.
fn digits(value: f64) -> String {
    match value.abs() {
        0.0..0.0995 => format!("{value:.4}"),
        0.0..9.95 => format!("{value:.2}"),
        0.0..99.5 => format!("{value:.1}"),
        _ => format!("{value:.0}"),
    }
}

fn processor() -> String {
    std::fs::read_to_string("/proc/cpuinfo")
        .ok()
        .and_then(|text| {
            let line = text.lines().find(|line| line.starts_with("model name"))?;
            Some(line.split_once(": ")?.1.to_owned())
        })
        .unwrap_or_else(|| "a processor without a name".to_owned())
}

fn output(program: &str, arguments: &[&str]) -> String {
    let output = Command::new(program).args(arguments).output();
    let stdout = output.map(|output| output.stdout).unwrap_or_default();
    String::from_utf8_lossy(&stdout).trim().to_owned()
}
