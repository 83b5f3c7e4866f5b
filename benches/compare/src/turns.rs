//! Puts a contestant (one of the compared servers) and the unguarded handler under load in short turns. If
//! the machine slows down, both become slower, so their ratio changes little.

use std::time::Duration;

use arena::Order;

use crate::{
    load::{Client, Requests},
    process::Running,
    samples::{Beside, Loopback},
};

/// The number of turns of the contestant. These turns last one slice in total. The unguarded handler has as
/// many turns, of the same length.
const TURNS: u32 = 10;

/// A running contestant, and open connections to it.
pub struct Connected<'a> {
    running: &'a Running,
    client: Client,
}

impl<'a> Connected<'a> {
    pub fn to(running: &'a Running) -> Self {
        Self {
            running,
            client: Client::connect(running.port),
        }
    }

    /// Sends requests without measuring.
    pub fn send(&mut self, requests: &[Vec<u8>], order: Order, slice: Duration) {
        self.client.send(&mut Requests::new(requests, order), slice);
    }

    pub fn load(&mut self, requests: &mut Requests, slice: Duration, loopback: &mut Loopback) {
        let before = self.running.processor_time();
        let answered = self.client.send(requests, slice);
        loopback.add(&answered, self.running.processor_time() - before);
    }
}

/// Puts the contestant and the unguarded handler under load in turns. Each gets the requests in order, and
/// starts over after the last request.
pub fn take_turns(
    own: &mut Connected,
    unguarded: &mut Connected,
    requests: &[Vec<u8>],
    slice: Duration,
    beside: &mut Beside,
) {
    let mut next_of_own = Requests::new(requests, Order::Cycle);
    let mut next_unguarded = Requests::new(requests, Order::Cycle);
    let slice = slice / TURNS;
    for turn in 0..TURNS {
        let own_first = turn % 2 == 0;
        if own_first {
            own.load(&mut next_of_own, slice, &mut beside.own);
        }
        unguarded.load(&mut next_unguarded, slice, &mut beside.unguarded);
        if !own_first {
            own.load(&mut next_of_own, slice, &mut beside.own);
        }
    }
}
