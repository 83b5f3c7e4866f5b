//! Rounds that alternate, because a shared machine drifts more than some differences are large.

use std::time::Duration;

use arena::{Command, Order};

use crate::{
    files::Files,
    load::{Client, request},
    options::Options,
    process::Running,
    samples::{Loopback, Outcome},
    tenant::Tenant,
};

/// How many tokens are in turn where many are live.
pub const LIVE: usize = 10_000;

/// Enough for a contestant that remembers tokens to check each of them once.
const ALL_LIVE: Duration = Duration::from_secs(60);

/// What the contestants are sent in a round.
struct Sent {
    /// Files of tokens.
    known_token: String,
    fresh_tokens: String,
    /// Requests.
    known: Vec<Vec<u8>>,
    live: Vec<Vec<u8>>,
    fresh: Vec<Vec<u8>>,
}

pub fn run(running: &mut [Running], tenant: &Tenant, options: &Options) -> Vec<Outcome> {
    let files = Files::create();
    let known = tenant.tokens(1);
    let mut sent = Sent {
        known_token: files.write("known", &known),
        fresh_tokens: String::new(),
        known: requests(&known),
        live: requests(&tenant.tokens(LIVE)),
        fresh: Vec::new(),
    };
    let outcomes = |running: &[Running]| -> Vec<Outcome> {
        let contestants = running.iter().map(|running| running.contestant);
        contestants.map(Outcome::of).collect()
    };
    let mut warm_up = outcomes(running);
    let mut measured = outcomes(running);
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
        for turn in 0..running.len() {
            let at = (round + turn) % running.len();
            call(&mut running[at], &mut outcomes[at], &sent, options);
            load(&running[at], &mut outcomes[at], &sent, options);
        }
    }
    measured
}

fn requests(tokens: &[String]) -> Vec<Vec<u8>> {
    tokens.iter().map(|token| request(token)).collect()
}

/// More than anybody checks in that time: one each 160 microseconds.
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

fn load(running: &Running, outcome: &mut Outcome, sent: &Sent, options: &Options) {
    let mut client = Client::connect(running.port);
    client.send(&sent.known, Order::Cycle, options.slice / 20);

    let load = |client: &mut Client, loopback: &mut Loopback, requests: &[Vec<u8>], order| {
        let before = running.processor_time();
        let answered = client.send(requests, order, options.slice);
        loopback.add(&answered, running.processor_time() - before);
    };
    load(&mut client, &mut outcome.known, &sent.known, Order::Cycle);
    load(&mut client, &mut outcome.fresh, &sent.fresh, Order::Once);
    if running.contestant.caches() {
        client.send(&sent.live, Order::Once, ALL_LIVE);
    }
    load(&mut client, &mut outcome.live, &sent.live, Order::Cycle);
}
