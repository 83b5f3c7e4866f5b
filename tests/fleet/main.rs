//! Revocation in a fleet, against real servers of Redis.
//!
//! Each test starts a server of its own on a socket in a temporary folder, and kills it. Without
//! `redis-server` the tests pass and print what was left out; with `LOGTO_REQUIRE_REDIS` they fail.
//! `LOGTO_FLEET_LONG` makes them long: more records, more crashes, and outages in real time.
//!
//! - `suite`: the revocation log in Redis, in a file and in memory passes the tests for logs
//! - `crash`: the server, or a replica, is killed
//! - `loss`: the server is emptied, or has older data, or a wrong clock
//! - `silence`: the network is cut, an old primary answers, the process that receives webhooks dies
//! - `appends`: the server takes no records
//! - `pause`: the process or the server is frozen
//! - `users`: the rights that users of Redis need
//! - `tls`: which certificates are trusted
//! - `unusable`: servers that cannot be used
//! - `crowd`: many replicas at once
//! - `figures`: how fast, and how much memory

// Clippy allows `unwrap` in tests. This marks the whole crate as a test.
#![cfg(test)]

/// Prints a line, also if the test passes: the harness hides what `println!` prints.
macro_rules! report {
    ($($part:tt)*) => {{
        use std::io::Write;
        let _ = writeln!(std::io::stderr(), $($part)*);
    }};
}

mod appends;
mod child;
mod crash;
mod crowd;
mod figures;
mod loss;
mod pause;
mod proxy;
mod replica;
mod server;
mod silence;
mod suite;
mod tls;
mod unusable;
mod users;

use std::time::Duration;

/// Within this time a revocation must have reached every replica, and a fleet must have recovered.
const SOON: Duration = Duration::from_secs(2);

const MINUTE: Duration = Duration::from_secs(60);

/// Whether the long form of the tests runs.
fn is_long() -> bool {
    std::env::var_os("LOGTO_FLEET_LONG").is_some()
}

/// How long a recovery may take. In the gate (`.ci/run`), other work shares the machine, and a debug build is
/// slow.
fn bound() -> Duration {
    if is_long() && !cfg!(debug_assertions) {
        SOON
    } else {
        2 * SOON
    }
}
