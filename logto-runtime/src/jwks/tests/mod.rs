//! Tests of the key set, with a scripted endpoint and a simulated clock instead of a network.
//!
//! Most tests build a `Service` (a verifier on a simulated clock), tell its `Endpoint` what to
//! answer, and send tokens signed with `TestKey`s. They check what each request got, and how many
//! fetches reached the endpoint. Their timeouts take no real time, because tokio's time is paused.
//!
//! - `support` and `endpoint`: the service, keys, tokens and the scripted endpoint;
//! - `keys`, `key_sets` and `key_warnings`: parsing of JWKs and key sets;
//! - `http`: how a fetch reads the answers of a server, over a real connection;
//! - `refresh`: the decision when to fetch, with plain values;
//! - `schedule`: the times that requests read without the lock, and the state that requests and fetches
//!   share;
//! - `cold_start`, `aging`, `pauses`, `rotation`, `unknown_keys`, `outage` and `lost_fetches`:
//!   scenarios;
//! - `state_machine`: random sequences of the events in these scenarios, compared with a simple model.

mod aging;
mod cold_start;
mod endpoint;
mod http;
mod key_sets;
mod key_warnings;
mod keys;
mod lost_fetches;
mod outage;
mod pauses;
mod refresh;
mod rotation;
mod schedule;
mod state_machine;
mod support;
mod unknown_keys;
