//! The settings that the driver of the comparison passes to a contestant (a server that is compared).

use nix::{
    sched::{CpuSet, sched_setaffinity},
    unistd::Pid,
};
use serde::{Deserialize, Serialize};

/// The path of the only route.
pub const PATH: &str = "/orders";

/// The scope that the route requires.
pub const SCOPE: &str = "write:orders";

/// The tenant that a contestant trusts, the audience of the tokens, and the processor of the contestant.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Settings {
    /// The endpoint of the tenant, without `/oidc`.
    pub endpoint: String,
    pub issuer: String,
    pub audience: String,
    pub jwks_uri: String,
    /// The key set, for a contestant with a fixed key.
    pub key_set: String,
    /// The processor to run on.
    pub core: usize,
}

impl Settings {
    /// The environment variable that holds the settings.
    pub const VARIABLE: &str = "ARENA_SETTINGS";

    pub(crate) fn from_environment() -> Self {
        let settings = std::env::var(Self::VARIABLE)
            .expect("ARENA_SETTINGS is not set; start contestants with `cargo run -p compare`");
        serde_json::from_str(&settings).expect("settings")
    }
}

/// Pins this thread, and the threads that it starts later, to one processor.
pub(crate) fn pin_to(core: usize) {
    let mut cores = CpuSet::new();
    cores.set(core).expect("a processor's number");
    sched_setaffinity(Pid::from_raw(0), &cores).expect("a processor to run on");
}
