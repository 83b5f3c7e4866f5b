//! The commands that the driver of the comparison sends to a contestant (one of the compared programs), and
//! the answers. Each command and each answer is a line of JSON.

use serde::{Deserialize, Serialize};

/// Asks a contestant to send requests through its router, within its own process.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Command {
    /// The path of a file with one token on each line.
    pub tokens: String,
    pub order: Order,
    /// How much processor time the requests should take, in milliseconds. The contestant sends requests in
    /// batches. Each batch is twice as large as the one before, and the contestant stops only at the end of a
    /// batch. So the requests can take about twice this time. With [`Order::Once`], the contestant stops
    /// earlier if all tokens were sent.
    pub millis: u64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Order {
    /// Sends the tokens in order, and starts over after the last one.
    Cycle,
    /// Sends each token at most once.
    Once,
}

#[derive(Clone, Copy, Debug, Default, Serialize, Deserialize)]
pub struct Measured {
    pub requests: u64,
    /// The processor time in nanoseconds.
    pub nanos: u64,
    pub allocations: u64,
}
