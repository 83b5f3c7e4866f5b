//! The key set under a scripted endpoint and a simulated clock: no network, no waiting.

mod aging;
mod cold_start;
mod endpoint;
mod key_sets;
mod key_warnings;
mod keys;
mod lost_fetches;
mod outage;
mod refresh;
mod rotation;
mod state_machine;
mod support;
mod unknown_keys;
