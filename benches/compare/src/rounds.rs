//! Measures the contestants (the programs in the comparison) in turn, in several rounds, because the speed of
//! a shared machine changes. Such a change can be larger than the difference between two contestants.

use std::time::Duration;

use arena::{Command, Order, Settings};

use crate::{
    contestants::Contestant,
    files::Files,
    load::{Requests, request},
    options::Options,
    process::Running,
    proof::wait_for_keys,
    samples::Outcome,
    tenant::Tenant,
    turns::{Connected, take_turns},
};

/// The number of distinct tokens in the measurement with many tokens.
pub const LIVE: usize = 10_000;

/// The index of the contestant that the others are compared with.
pub const UNGUARDED: usize = 0;

/// Long enough for a contestant with a cache to verify each of the [`LIVE`] tokens once.
const ALL_LIVE: Duration = Duration::from_secs(60);

/// The tokens and requests of one round. The *known* token is sent repeatedly. The *live* tokens are sent one
/// after the other, also repeatedly. A contestant gets each *fresh* token at most once.
struct Sent {
    // The paths of files with tokens.
    known_token: String,
    fresh_tokens: String,
    // The bytes of requests, one request for each token.
    known: Vec<Vec<u8>>,
    live: Vec<Vec<u8>>,
    fresh: Vec<Vec<u8>>,
}

pub fn run(tenant: &Tenant, settings: &Settings, options: &Options) -> Vec<Outcome> {
    let files = Files::create();
    let known = tenant.tokens(1);
    let mut sent = Sent {
        known_token: files.write("known", &known),
        fresh_tokens: String::new(),
        known: requests(&known),
        live: requests(&tenant.tokens(LIVE)),
        fresh: Vec::new(),
    };
    let outcomes = || -> Vec<Outcome> {
        let contestants = options.contestants.iter().copied();
        contestants.map(Outcome::of).collect()
    };
    let mut warm_up = outcomes();
    let mut measured = outcomes();
    for round in 0..=options.rounds {
        eprintln!("round {round} of {}", options.rounds);
        let outcomes = if round == 0 {
            &mut warm_up
        } else {
            &mut measured
        };
        let in_process = tenant.tokens(tokens_for(options.in_process_slice()));
        sent.fresh_tokens = files.write("fresh", &in_process);
        sent.fresh = requests(&tenant.tokens(tokens_for(options.slice)));
        // Each round has new processes, because the memory layout of a process makes it slightly faster or
        // slower.
        let contestants = options.contestants.iter();
        let mut running: Vec<Running> = contestants
            .map(|contestant| start(contestant, tenant, settings))
            .collect();
        for turn in 0..running.len() {
            let at = (round + turn) % running.len();
            call(&mut running[at], &mut outcomes[at], &sent, options);
            load(&running, at, &mut outcomes[at], &sent, options);
        }
    }
    measured
}

/// Starts a contestant and waits until it has its keys.
pub fn start(contestant: &Contestant, tenant: &Tenant, settings: &Settings) -> Running {
    let running = Running::start(contestant, settings);
    wait_for_keys(&running, tenant);
    running
}

fn requests(tokens: &[String]) -> Vec<Vec<u8>> {
    tokens.iter().map(|token| request(token)).collect()
}

/// Returns the number of fresh tokens for a slice (the time of one measurement): one token for each 160
/// microseconds, and at least 64 tokens. A verification takes longer than 160 microseconds, so a guard does
/// not use up the tokens.
fn tokens_for(slice: Duration) -> usize {
    (slice.as_micros() as usize / 160).max(64)
}

fn call(running: &mut Running, outcome: &mut Outcome, sent: &Sent, options: &Options) {
    let mut call = |tokens: &str, order| {
        running.measure(&Command {
            tokens: tokens.to_owned(),
            order,
            millis: options.in_process_slice().as_millis() as u64,
        })
    };
    outcome
        .called_known
        .add(call(&sent.known_token, Order::Cycle));
    outcome
        .called_fresh
        .add(call(&sent.fresh_tokens, Order::Once));
}

fn load(running: &[Running], at: usize, outcome: &mut Outcome, sent: &Sent, options: &Options) {
    let slice = options.slice;
    let mut own = Connected::to(&running[at]);
    let mut unguarded = Connected::to(&running[UNGUARDED]);
    own.send(&sent.known, Order::Cycle, slice / 20);
    unguarded.send(&sent.known, Order::Cycle, slice / 20);

    take_turns(
        &mut own,
        &mut unguarded,
        &sent.known,
        slice,
        &mut outcome.known,
    );
    own.load(
        &mut Requests::new(&sent.fresh, Order::Once),
        slice,
        &mut outcome.fresh,
    );
    if running[at].contestant.caches() {
        own.send(&sent.live, Order::Once, ALL_LIVE);
    }
    take_turns(
        &mut own,
        &mut unguarded,
        &sent.live,
        slice,
        &mut outcome.live,
    );
}
