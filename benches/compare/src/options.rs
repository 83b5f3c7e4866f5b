//! The command-line options.

use std::time::Duration;

use crate::contestants::{ALL, Contestant, Role};

#[derive(Clone, Debug)]
pub struct Options {
    pub contestants: Vec<Contestant>,
    pub rounds: usize,
    /// How long a contestant is under load in each measurement over loopback.
    pub slice: Duration,
}

impl Options {
    pub fn from_arguments() -> Self {
        let mut peers: Vec<String> = Vec::new();
        let mut options = Self {
            contestants: Vec::new(),
            rounds: 15,
            slice: Duration::from_millis(500),
        };
        let mut arguments = std::env::args().skip(1);
        while let Some(name) = arguments.next() {
            let value = arguments.next().unwrap_or_default();
            match (name.as_str(), value.parse()) {
                ("--rounds", Ok(rounds @ 1..)) => options.rounds = rounds as usize,
                ("--slice-ms", Ok(millis @ 1..)) => options.slice = Duration::from_millis(millis),
                ("--peer", _) if is_peer(&value) => peers.push(value),
                _ => usage(),
            }
        }
        let chosen = |contestant: &Contestant| {
            contestant.role != Role::Peer
                || peers.is_empty()
                || peers.iter().any(|peer| contestant.is_called(peer))
        };
        options.contestants = ALL.into_iter().filter(chosen).collect();
        options
    }

    /// Returns the slice for measurements in process. This slice is shorter, because a request without a
    /// socket takes less time.
    pub fn in_process_slice(&self) -> Duration {
        (self.slice / 5).max(Duration::from_millis(1))
    }
}

fn is_peer(name: &str) -> bool {
    ALL.iter()
        .any(|contestant| contestant.role == Role::Peer && contestant.is_called(name))
}

fn usage() -> ! {
    eprintln!("usage: compare [--rounds N] [--slice-ms N] [--peer FOLDER]…");
    eprintln!("N is at least 1.");
    eprintln!("--peer limits the other crates to contestants/FOLDER. It can be repeated.");
    std::process::exit(2)
}
