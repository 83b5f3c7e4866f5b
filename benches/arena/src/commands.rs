//! What the driver asks, and what a contestant answers: a line of JSON each.

use serde::{Deserialize, Serialize};

/// Sends requests through the router within the contestant's process.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Command {
    /// A file with a token a line.
    pub tokens: String,
    pub order: Order,
    /// How many milliseconds to take, at least; at most about twice as many.
    pub millis: u64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Order {
    /// From the first token on, again and again.
    Cycle,
    /// Each token once at most.
    Once,
}

#[derive(Clone, Copy, Debug, Default, Serialize, Deserialize)]
pub struct Measured {
    pub requests: u64,
    /// Processor time.
    pub nanos: u64,
    pub allocations: u64,
}
