//! Tests revocation in a fleet (many replicas of a service) with real Redis servers.
//!
//! Each test starts the servers that it needs, and kills them at the end. The servers listen on sockets in
//! temporary folders. With the environment variable `LOGTO_FLEET_LONG`, the tests run in a long form: more
//! records, more crashes, and outages in real time.
//!
//! Most of these tests need `redis-server` and `redis-cli`. Without these programs, the tests print that they
//! were left out, and pass. With `LOGTO_REQUIRE_REDIS`, the tests fail instead.
//!
//! - `suite`: the revocation logs in Redis, in a file and in memory pass the tests for logs
//! - `crash`: the server, or a replica, is killed
//! - `durability`: how many records a killed server has lost
//! - `loss`: the server loses records, or has a wrong clock
//! - `silence`: the network is cut, an old primary answers, or the process that receives webhooks dies
//! - `sockets`: a WebSocket ends when its user is suspended
//! - `appends`: the server accepts no records
//! - `pause`: the process of a replica, or the server, is frozen
//! - `after_pause`: the log is slow or cannot be reached after a pause, or hangs without a pause
//! - `acceptance`: one process accepts a new log
//! - `short_stops`: the process of a replica is stopped several times
//! - `late_beats`: signs of life of the process that receives webhooks arrive too late
//! - `users`: the rights that users of Redis need
//! - `passwords`: a stolen password of Redis is changed
//! - `endless`: tokens may live forever
//! - `tls`: which certificates are trusted
//! - `unusable`: servers that cannot be used
//! - `crowd`: many replicas at once
//! - `flood`: requests with forged tokens keep the processors busy
//! - `model`: a plain model of a list of revocations; `figures` compares a replica with this model
//! - `figures`: the time until revocations arrive, and the memory for many revocations
//!
//! `replica` is a replica in this process, and `child` is a replica in its own process. `server` is a Redis
//! server. `proxy` and `slow_link` stand for networks.

// Clippy allows `unwrap` in tests. This marks the whole crate as a test.
#![cfg(test)]

/// Prints a line even if the test passes. The harness would hide a line of `println!`.
macro_rules! report {
    ($($part:tt)*) => {{
        use std::io::Write;
        let _ = writeln!(std::io::stderr(), $($part)*);
    }};
}

mod acceptance;
mod after_pause;
mod appends;
mod child;
mod crash;
mod crowd;
mod durability;
mod endless;
mod figures;
mod flood;
mod late_beats;
mod loss;
mod model;
mod passwords;
mod pause;
mod proxy;
mod replica;
mod server;
mod short_stops;
mod silence;
mod slow_link;
mod sockets;
mod suite;
mod tls;
mod unusable;
mod users;

use std::time::Duration;

/// Within this time, a revocation must reach every replica.
const SOON: Duration = Duration::from_secs(2);

const MINUTE: Duration = Duration::from_secs(60);

/// Whether the long form of the tests runs.
fn is_long() -> bool {
    std::env::var_os("LOGTO_FLEET_LONG").is_some()
}

/// Returns how long a recovery may take. In the long form with a release build, it is [`SOON`]. In all other
/// runs, it is twice as long: a debug build is slow, and `.ci/run` does other work at the same time.
fn bound() -> Duration {
    if is_long() && !cfg!(debug_assertions) {
        SOON
    } else {
        2 * SOON
    }
}
