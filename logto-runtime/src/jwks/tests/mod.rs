//! Tests of the key set.
//!
//! Most tests build a `Service`: a verifier with a simulated clock. A scripted `Endpoint` takes the place of
//! the network. The tests set the endpoint's answers, and send tokens that a `TestKey` has signed. They
//! check the answer to each request, and the number of fetches. Most tests pause tokio's time, so timeouts
//! take no real time.
//!
//! - `support` and `endpoint`: the service, keys, tokens and the scripted endpoint;
//! - `warnings`: collects the warnings that the code logs;
//! - `outage_log`: what an outage logs;
//! - `several_tenants`: the endpoint in the events of several tenants;
//! - `panicking_subscriber`: a subscriber that panics;
//! - `keys`, `key_sets` and `key_warnings`: parsing of JWKs and key sets;
//! - `http`: fetches over a real connection to a server;
//! - `refresh`: the decision when to fetch, with plain values;
//! - `schedule`: the schedule of fetches, and the state that requests and fetches share;
//! - `cold_start`, `aging`, `pauses`, `rotation`, `unknown_keys`, `outage` and `lost_fetches`:
//!   scenarios;
//! - `state_machine`: random sequences of requests, faults and rotations, compared with a simple model.

mod aging;
mod cold_start;
mod endpoint;
mod http;
mod key_sets;
mod key_warnings;
mod keys;
mod lost_fetches;
mod outage;
mod outage_log;
mod panicking_subscriber;
mod pauses;
mod refresh;
mod rotation;
mod schedule;
#[cfg(feature = "test-util")]
mod several_tenants;
mod state_machine;
mod support;
mod unknown_keys;
mod warnings;
